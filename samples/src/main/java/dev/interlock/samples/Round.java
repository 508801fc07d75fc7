package dev.interlock.samples;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundReport;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one model response and their results.
 *
 * @param requests the calls
 * @param results the tool messages, as they went to the model
 * @param callTimes how long each call took
 * @param inTools how long the conversation waited for the calls
 * @param report Interlock's report; null for a round that LangChain4j ran
 */
record Round(
        List<ToolExecutionRequest> requests,
        List<ToolExecutionResultMessage> results,
        List<Duration> callTimes,
        Duration inTools,
        @Nullable RoundReport report) {

    /** A round that Interlock measured: its calls overlap, so the time in tools is the round's. */
    static Round of(List<ToolExecutionRequest> requests, List<ToolExecutionResultMessage> results, RoundReport report) {
        List<Duration> times =
                report.results().stream().map(CallResult::duration).toList();
        return new Round(requests, results, times, report.elapsed(), report);
    }

    /** A round that LangChain4j measured: its calls do not overlap, so the time in tools is their sum. */
    static Round of(
            List<ToolExecutionRequest> requests, List<ToolExecutionResultMessage> results, List<Duration> times) {
        return new Round(requests, results, times, times.stream().reduce(Duration.ZERO, Duration::plus), null);
    }

    /** The calls in words, such as {@code readStock(warehouse=berlin, sku=ESP-200)}. */
    List<String> calls() {
        return requests.stream().map(Round::words).toList();
    }

    /** The texts of the tool messages with their ids. */
    List<String> answers() {
        return results.stream()
                .map(result -> result.id() + ": " + result.text())
                .toList();
    }

    private static String words(ToolExecutionRequest request) {
        ToolCall call = ToolCall.parse(request.id(), request.name(), request.arguments());
        return call.arguments().properties().stream()
                .map(argument -> argument.getKey() + "=" + argument.getValue().asText())
                .collect(Collectors.joining(", ", call.tool() + "(", ")"));
    }
}
