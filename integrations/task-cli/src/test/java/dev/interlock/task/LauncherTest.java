package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LauncherTest {

    @Test
    void script_takes_paths_and_arguments_as_they_are() {
        assertThat(Launcher.script(
                        Path.of("/opt/the jdk"), "/it's/here.jar:/there.jar", "dev.interlock.task.TaskCommand"))
                .isEqualTo("exec '/opt/the jdk/bin/java' -classpath '/it'\\''s/here.jar:/there.jar'"
                        + " dev.interlock.task.TaskCommand \"$@\"\n");
    }
}
