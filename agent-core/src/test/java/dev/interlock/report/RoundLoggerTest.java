package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import org.junit.jupiter.api.Test;

class RoundLoggerTest {

    @Test
    void the_line_of_a_round_has_numbers_and_no_names() {
        String line = RoundLogger.line(new RecordedCalls()
                .runs(40)
                .with("secret")
                .declared("secret_tool", Access.write("account/secret"))
                .waits(calls(0), 40)
                .runs(20)
                .ending(CallEnd.FAILED, new Outcome.Failed(new IllegalStateException("secret")))
                .declared("secret_tool", Access.write("account/secret"))
                .round(5));
        assertThat(line).isEqualTo("Round 7: 2 calls in 60 ms, one after another 60 ms, 1 failed");
    }

    @Test
    void what_tools_are_called_does_the_log_no_harm() {
        new RoundLogger()
                .onEvent(new RoundEvent.RoundEnded(Hostile.run().rounds().get(0)));
        assertThat(RoundLogger.line(Hostile.run().rounds().get(0))).endsWith(Hostile.TEXTS.size() + " failed");
    }

    @Test
    void a_recorder_keeps_the_last_rounds() {
        RunRecorder recorder = new RunRecorder(2);
        for (int i = 0; i < 3; i++) {
            recorder.onEvent(new RoundEvent.RoundEnded(
                    new RecordedCalls().runs(i).declared("t").round(1)));
        }
        assertThat(recorder.report().rounds()).hasSize(2);
        assertThat(recorder.report().timeInRounds()).hasMillis(3);
        recorder.clear();
        assertThat(recorder.report().calls()).isZero();
    }
}
