package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the author of a tool reads when the tool fails. */
class StackTraceTest {

    private final List<StackTraceElement[]> traces = new CopyOnWriteArrayList<>();

    private final ToolSet tools = ToolSet.of(ToolDefinition.of("write", Effects.writes("{i}"), c -> {
        traces.add(new Throwable().getStackTrace());
        return "written";
    }));

    /** The engine's, from where it runs the call to the tool; the first frame of the thread is not one of them. */
    private static List<String> framesOfEngine(StackTraceElement[] trace) {
        List<String> frames = Stream.of(trace)
                .map(StackTraceElement::toString)
                .filter(frame -> frame.contains("dev.interlock.execution.") && !frame.contains("StackTraceTest"))
                .toList();
        return frames.subList(0, frames.size() - 1);
    }

    @Test
    void between_the_thread_of_a_call_and_its_tool_there_are_five_frames_at_most() {
        ToolCallExecutor.builder().build().execute(List.of(call("write", "i", 1), call("write", "i", 2)), tools);
        assertThat(traces)
                .hasSize(2)
                .allSatisfy(trace -> assertThat(framesOfEngine(trace)).hasSizeBetween(1, 5));
    }
}
