package dev.interlock.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.plan.PlannedCall;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderTest {

    private final AtomicInteger attempts = new AtomicInteger();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("write\u001b[2J", Effects.writes("a"), call -> 1),
            ToolDefinition.of("flaky", Effects.reads("a"), call -> {
                if (attempts.getAndIncrement() == 0) {
                    throw new IllegalStateException("not yet");
                }
                return 2;
            }));

    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .policy(
                    "flaky",
                    ToolPolicy.builder()
                            .retry(RetryPolicy.builder()
                                    .maxAttempts(2)
                                    .initialDelay(Duration.ofMillis(1))
                                    .jitter(0)
                                    .build())
                            .build())
            .build();

    private List<RecordedEvent> record(Path folder, boolean enabled) throws Exception {
        Path file = folder.resolve("rounds.jfr");
        try (Recording recording = new Recording()) {
            for (String name : List.of("Round", "Call", "Wait", "Retry")) {
                if (enabled) {
                    recording.enable("dev.interlock." + name);
                } else {
                    recording.disable("dev.interlock." + name);
                }
            }
            recording.start();
            executor.execute(
                    List.of(new ToolCall("1", "write\u001b[2J", null), new ToolCall("2", "flaky", null)), tools);
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.interlock."))
                .toList();
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.interlock." + name))
                .toList();
    }

    @Test
    void a_recording_has_rounds_calls_waits_and_retries(@TempDir Path folder) throws Exception {
        List<RecordedEvent> events = record(folder, true);
        assertThat(of(events, "Round")).singleElement().satisfies(round -> {
            assertThat(round.getInt("calls")).isEqualTo(2);
            assertThat(round.getInt("failed")).isZero();
            assertThat(round.getDuration()).isPositive();
        });
        long round = of(events, "Round").get(0).getLong("round");
        assertThat(of(events, "Call")).hasSize(2).allMatch(call -> call.getLong("round") == round);
        assertThat(of(events, "Call"))
                .filteredOn(call -> call.getInt("call") == 2)
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.getString("tool")).isEqualTo("flaky");
                    assertThat(call.getString("end")).isEqualTo("ok");
                    assertThat(call.getInt("attempts")).isEqualTo(2);
                });
        assertThat(of(events, "Call"))
                .filteredOn(call -> call.getInt("call") == 1)
                .singleElement()
                .satisfies(call -> assertThat(call.getString("tool")).isEqualTo("write\uFFFD[2J"));
        assertThat(of(events, "Wait")).singleElement().satisfies(wait -> {
            assertThat(wait.getString("kind")).isEqualTo("dependency");
            assertThat(wait.getString("waitsFor")).isEqualTo("call 1");
            assertThat(wait.getInt("call")).isEqualTo(2);
        });
        assertThat(of(events, "Retry")).singleElement().satisfies(retry -> {
            assertThat(retry.getInt("attempt")).isEqualTo(1);
            assertThat(retry.getDuration("delay")).isEqualTo(Duration.ofMillis(1));
        });
    }

    @Test
    void a_recording_that_does_not_want_them_has_none(@TempDir Path folder) throws Exception {
        assertThat(record(folder, false)).isEmpty();
        assertThat(FlightRecorders.ofRound()).isNull();
    }

    /** Of a streamed response it is not known how many there will be. */
    @Test
    void calls_that_come_one_at_a_time_are_recorded_all(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("streamed.jfr");
        Instant at = Instant.EPOCH;
        try (Recording recording = new Recording()) {
            recording.enable("dev.interlock.Call");
            recording.enable("dev.interlock.Round");
            recording.start();
            RoundRecording streamed = new RoundRecording();
            streamed.onEvent(new RoundEvent.RoundStarted(7, List.of(), at));
            for (int i = 0; i < 30; i++) {
                ToolCall call = new ToolCall("1", "read", null);
                streamed.onEvent(new RoundEvent.CallPlanned(
                        7, i, new PlannedCall(call, List.of(), EffectSource.ANNOTATION, null), at));
                Outcome outcome =
                        i < 2 ? new Outcome.Failed(new IllegalStateException("no")) : new Outcome.Succeeded(1);
                CallResult result = new CallResult(call, outcome, 1, at, at, CallResult.ThreadKind.VIRTUAL);
                if (i == 5) {
                    streamed.onEvent(new RoundEvent.CallStarted(7, i, call, 1, at));
                    streamed.onEvent(new RoundEvent.CallAttemptEnded(7, i, 1, outcome, at, at.plusMillis(5)));
                }
                streamed.onEvent(new RoundEvent.CallEnded(7, i, result, CallEnd.OK, at));
            }
            streamed.ended();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(of(events, "Call")).hasSize(30);
        assertThat(of(events, "Round")).singleElement().satisfies(round -> {
            assertThat(round.getInt("calls")).isEqualTo(30);
            assertThat(round.getInt("failed")).isEqualTo(2);
            assertThat(round.getDuration("sequentialTime")).isEqualTo(Duration.ofMillis(5));
        });
    }
}
