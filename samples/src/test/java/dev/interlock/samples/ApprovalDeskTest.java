package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ApprovalDeskTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private ApprovalDesk desk() {
        return new ApprovalDesk(folder, new DeskModel(), new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @Test
    void refund_is_made_by_the_desk_that_has_its_approval() throws IOException {
        assertThat(desk().ask()).contains("approval of call 2 ('refund'): the accounts department");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();

        assertThat(desk().decide(Decision.approved()))
                .isEqualTo("Here is what was done: balance of 1007 looked up; 249.00 refunded to 1007;"
                        + " balance of 1007 looked up");

        assertThat(printed.toString(StandardCharsets.UTF_8)).containsOnlyOnce("refunded 249.00 to 1007");
    }

    @Test
    void refused_refund_is_not_made() throws IOException {
        desk().ask();

        assertThat(desk().decide(Decision.refused("the goods have not come back")))
                .contains("was not approved: the goods have not come back");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    /** The processes are real ones: nothing is left of the first but its two files. */
    @Test
    void processes_of_their_own_ask_and_decide() throws Exception {
        assertThat(process("ask")).contains("approval of call 2 ('refund')");
        assertThat(folder.resolve("suspended.json")).isNotEmptyFile();

        assertThat(process("approve")).contains("refunded 249.00 to 1007").contains("Here is what was done");
        assertThat(folder.resolve("suspended.json")).doesNotExist();
    }

    private String process(String what) throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ApprovalDesk.class.getName(),
                        folder.toString(),
                        what)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
