package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who shares nothing with other replicas pays nothing for it. */
class ReplicasNotLoadedTest {

    /** Runs batches of each way through a round. */
    public static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            ToolCallExecutor executor = ToolCallExecutor.builder()
                    .totalConcurrency(3)
                    .exclusiveAcrossConversations(true)
                    .interceptor(InterceptedCall::proceed)
                    .build();
            ToolCallExecutor plain = ToolCallExecutor.builder().build();
            ToolSet tools = ToolSet.of(
                    ToolDefinition.of("a", Effects.pure(), c -> "a"),
                    ToolDefinition.of("b", Effects.writes("b"), c -> "b"),
                    ToolDefinition.of("c", Effects.exclusive(), c -> "c"));
            for (ToolCallExecutor each : List.of(executor, plain)) {
                each.execute(List.of(call("a"), call("b"), call("c"), call("b"), call("a")), tools);
            }
        }
    }

    @Test
    void without_limits_of_replicas_none_of_their_classes_is_loaded(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("classes");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Program.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        String classes = Files.readString(log);
        assertThat(classes).contains("dev.interlock.execution.ManagedCall").doesNotContain("dev.interlock.replicas.");
    }
}
