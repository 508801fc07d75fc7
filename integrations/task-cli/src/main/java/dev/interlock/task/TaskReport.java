package dev.interlock.task;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundReport;
import dev.interlock.langchain4j.SuspendedTask;
import dev.interlock.langchain4j.TaskResult;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.Dependency;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a task's result in words or as JSON. */
final class TaskReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TaskReport() {}

    /** Returns a summary on one line. */
    static String summary(TaskResult result) {
        int calls = result.calls().size();
        int failed = result.failedCalls().size();
        StringBuilder line = new StringBuilder();
        line.append(calls)
                .append(calls == 1 ? " call in " : " calls in ")
                .append(result.rounds().size());
        line.append(result.rounds().size() == 1 ? " round, " : " rounds, ");
        if (failed > 0) {
            line.append(failed).append(" failed, ");
        }
        int again = result.calls().stream()
                .mapToInt(call -> Math.max(0, call.attempts() - 1))
                .sum();
        if (again > 0) {
            line.append(again).append(again == 1 ? " further attempt, " : " further attempts, ");
        }
        line.append(result.elapsed().toMillis()).append(" ms, ");
        line.append(result.timeSaved().toMillis()).append(" ms saved");
        if (result.tokenUsage().totalTokenCount() != null) {
            line.append(", ").append(result.tokenUsage().totalTokenCount()).append(" tokens");
        }
        return line.toString();
    }

    /** Returns in words how a task ended. */
    static String end(TaskResult result) {
        return switch (result.end()) {
            case ANSWER -> "it was answered";
            case ROUND_LIMIT ->
                "it reached the limit of rounds (--max-rounds "
                        + result.rounds().size() + ")";
            case CALL_LIMIT -> "it reached the limit of calls (--max-calls), and the model asked for more";
            case REPEATED_CALLS -> "the model repeated a call over and over, though its result stays the same";
            case TRUNCATED -> "the answer is cut off: the model reached its limit of tokens";
            case FILTERED -> "the answer was filtered" + (result.error() == null ? "" : ": " + text(result.error()));
            case EMPTY -> "the model's answer is empty";
            case TOOL_CALL_AS_TEXT -> "the model wrote a call as text instead of making it; the call was not run";
            case DEADLINE -> "it reached the limit of time (--timeout)";
            case SUSPENDED -> {
                SuspendedTask suspended = result.suspended();
                yield "it is suspended, because calls are pending"
                        + (suspended == null
                                ? ""
                                : ": " + Printable.text(suspended.invocation().toString()));
            }
            case CANCELLED -> "it was cancelled";
            case ERROR -> "it failed: " + text(result.error());
        };
    }

    /** Returns what went wrong, without the exceptions that clients wrap around it. */
    static String text(@Nullable Throwable failure) {
        if (failure == null) {
            return "the model gave no reason";
        }
        String message = failure.getMessage();
        Throwable cause = failure.getCause();
        if (cause != null && cause.toString().equals(message)) {
            return text(cause);
        }
        String name = failure.getClass().getSimpleName();
        return message == null ? name : Printable.text(name + ": " + message);
    }

    static ObjectNode json(TaskResult result) {
        ObjectNode json = JSON.createObjectNode();
        json.put("answer", result.answer());
        json.put("end", result.end().name());
        json.put(
                "finishReason",
                result.finishReason() == null ? null : result.finishReason().name());
        json.put("error", result.error() == null ? null : text(result.error()));
        json.put("elapsedMillis", result.elapsed().toMillis());
        json.put("timeSavedMillis", result.timeSaved().toMillis());
        json.put("modelRequests", result.modelRequests());
        ObjectNode tokens = json.putObject("tokens");
        tokens.put("input", result.tokenUsage().inputTokenCount());
        tokens.put("output", result.tokenUsage().outputTokenCount());
        tokens.put("total", result.tokenUsage().totalTokenCount());
        ArrayNode rounds = json.putArray("rounds");
        result.rounds().forEach(round -> rounds.add(round(round)));
        return json;
    }

    private static ObjectNode round(RoundReport report) {
        ObjectNode json = JSON.createObjectNode();
        json.put("elapsedMillis", report.elapsed().toMillis());
        json.put("sequentialMillis", report.sequentialTime().toMillis());
        ArrayNode calls = json.putArray("calls");
        List<CallResult> results = report.results();
        for (int i = 0; i < results.size(); i++) {
            CallResult result = results.get(i);
            ObjectNode call = calls.addObject();
            call.put("id", result.call().id());
            call.put("tool", result.call().tool());
            call.set("arguments", result.call().arguments());
            effects(call, report.plan().calls().get(i));
            boolean suspended = report.traces().get(i).end() == CallEnd.SUSPENDED;
            call.put(
                    "outcome",
                    suspended ? "Suspended" : result.outcome().getClass().getSimpleName());
            call.put("result", text(result));
            call.put("attempts", result.attempts());
            call.put(
                    "startMillis",
                    Duration.between(report.start(), result.start()).toMillis());
            call.put("durationMillis", result.duration().toMillis());
        }
        json.set("dependencies", dependencies(report.plan()));
        return json;
    }

    private static @Nullable String text(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(ToolExecutionResult own)
                ? own.resultText()
                : result.message();
    }

    /** Returns a plan, of which nothing was executed, as JSON. */
    static ObjectNode json(@Nullable CallPlan plan, @Nullable String answer) {
        ObjectNode json = JSON.createObjectNode();
        json.put("answer", answer);
        ArrayNode calls = json.putArray("calls");
        if (plan != null) {
            plan.calls().forEach(planned -> {
                ObjectNode call = calls.addObject();
                call.put("id", planned.call().id());
                call.put("tool", planned.call().tool());
                call.set("arguments", planned.call().arguments());
                effects(call, planned);
            });
        }
        json.set("dependencies", plan == null ? JSON.createArrayNode() : dependencies(plan));
        return json;
    }

    /** Adds what a call reads and writes, both empty for a pure call, and the source. */
    private static void effects(ObjectNode call, PlannedCall planned) {
        ArrayNode reads = call.putArray("reads");
        ArrayNode writes = call.putArray("writes");
        planned.accesses()
                .forEach(access -> (access.isWrite() ? writes : reads)
                        .add(access.resource().toString()));
        call.put("source", planned.said());
        call.put("barrierReason", planned.barrierReason());
    }

    private static ArrayNode dependencies(CallPlan plan) {
        ArrayNode dependencies = JSON.createArrayNode();
        for (Dependency dependency : plan.dependencies()) {
            dependencies
                    .addObject()
                    .put("call", dependency.later() + 1)
                    .put("waitsFor", dependency.earlier() + 1)
                    .put("kind", dependency.kind().name())
                    .put("reason", dependency.reason().text(dependency.earlier(), dependency.later()));
        }
        return dependencies;
    }
}
