package dev.interlock.langchain4j.task;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.event.RoundReport;
import dev.interlock.langchain4j.SuspendedInvocation;
import dev.interlock.langchain4j.SuspendedTask;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskResult;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records a run's progress: requests to the model, responses and rounds. Thread-safe. */
final class TaskProgress {

    private final int maxRounds;
    private final long startNanos = System.nanoTime();

    /** How long the task took before it was suspended. */
    private final Duration before;

    private final Object lock = new Object();

    // Guarded by lock.
    private final List<RoundReport> rounds = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private TokenUsage usage = new TokenUsage();
    private int requests;
    private int roundsAsked;
    private List<ToolSpecification> offered = List.of();
    private @Nullable FinishReason finishReason;
    private boolean asksForCalls;

    /**
     * Creates the progress of a new or a resumed run.
     *
     * @param suspended the task that the run resumes; null for a new task
     */
    TaskProgress(int maxRounds, @Nullable SuspendedTask suspended) {
        this.maxRounds = maxRounds;
        this.before = suspended == null ? Duration.ZERO : suspended.elapsed();
        if (suspended != null) {
            rounds.addAll(suspended.rounds());
            usage = suspended.tokenUsage();
            requests = suspended.modelRequests();
            roundsAsked = suspended.roundsAsked();
            asksForCalls = true;
        }
    }

    /**
     * Records that the model is about to be asked.
     *
     * @return the number of the request, from 1
     */
    int asking(ChatRequest request) {
        synchronized (lock) {
            text.setLength(0);
            offered = request.toolSpecifications() == null ? List.of() : request.toolSpecifications();
            return ++requests;
        }
    }

    /** Records a part of a response. */
    void streamed(String part) {
        synchronized (lock) {
            text.append(part);
        }
    }

    /**
     * Records a response.
     *
     * @return false if the response requests a round beyond the limit
     */
    boolean received(ChatResponse response) {
        synchronized (lock) {
            usage = TokenUsage.sum(usage, response.tokenUsage());
            finishReason = response.finishReason();
            asksForCalls = response.aiMessage().hasToolExecutionRequests();
            if (!asksForCalls) {
                return true;
            }
            if (roundsAsked < maxRounds) {
                roundsAsked++;
                return true;
            }
            return false;
        }
    }

    /** Why a run ends that requests another round. */
    String roundLimit() {
        return "round limit reached: the model requested round " + (maxRounds + 1) + " of at most " + maxRounds;
    }

    /** Whether calls of the streaming response may start. */
    boolean mayHaveAnotherRound() {
        synchronized (lock) {
            return roundsAsked < maxRounds;
        }
    }

    void add(RoundReport report) {
        synchronized (lock) {
            rounds.add(report);
        }
    }

    /** The text so far of an incomplete response; null if there is none. */
    @Nullable
    String partly() {
        synchronized (lock) {
            return text.isEmpty() ? null : text.toString();
        }
    }

    /**
     * Decides how the loop's answer ends the run. If the model's last response requests calls, a tool's result is the
     * answer.
     *
     * @param type the type of the answer; null for text
     */
    TaskEnd endBy(@Nullable String answer, @Nullable AnswerType<?> type) {
        List<ToolSpecification> tools;
        FinishReason reason;
        synchronized (lock) {
            if (asksForCalls) {
                return TaskEnd.ANSWER;
            }
            tools = offered;
            reason = finishReason;
        }
        return FinalAnswer.end(answer, reason, tools, type);
    }

    private Duration elapsed() {
        return before.plusNanos(System.nanoTime() - startNanos);
    }

    /**
     * Returns the result of a suspended run, without the report of the suspended round: the resumed run reports that
     * round again.
     */
    TaskResult suspended(
            SuspendedInvocation invocation, String task, @Nullable Object conversation, List<ChatMessage> memory) {
        List<ToolCall> pending =
                invocation.round().calls().stream().map(SuspendedCall::call).toList();
        synchronized (lock) {
            List<RoundReport> ended = new ArrayList<>(rounds);
            if (!ended.isEmpty()
                    && ended.getLast().results().stream()
                            .map(CallResult::call)
                            .toList()
                            .equals(pending)) {
                ended.removeLast();
            }
            SuspendedTask suspended = new SuspendedTask(
                    invocation, task, conversation, memory, requests, roundsAsked, ended, usage, elapsed());
            return new TaskResult(
                    null, TaskEnd.SUSPENDED, null, rounds, requests, usage, elapsed(), finishReason, suspended);
        }
    }

    TaskResult result(@Nullable String answer, TaskEnd end, @Nullable Throwable error) {
        Duration elapsed = elapsed();
        synchronized (lock) {
            return new TaskResult(answer, end, error, rounds, requests, usage, elapsed, finishReason);
        }
    }
}
