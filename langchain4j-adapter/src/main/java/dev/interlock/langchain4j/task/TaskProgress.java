package dev.interlock.langchain4j.task;

import dev.interlock.event.RoundReport;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskResult;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a run so far: questions, responses and rounds. Thread-safe. */
final class TaskProgress {

    private final int maxRounds;
    private final long startNanos = System.nanoTime();

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

    TaskProgress(int maxRounds) {
        this.maxRounds = maxRounds;
    }

    /**
     * The model is about to be asked.
     *
     * @return the number of the question, from 1
     */
    int asking(ChatRequest request) {
        synchronized (lock) {
            text.setLength(0);
            offered = request.toolSpecifications() == null ? List.of() : request.toolSpecifications();
            return ++requests;
        }
    }

    /** The model has written a part of its response. */
    void streamed(String part) {
        synchronized (lock) {
            text.append(part);
        }
    }

    /**
     * The model has answered.
     *
     * @return false if it asks for a round that it may not have
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

    /** Why a run ends that asks for another round. */
    String roundLimit() {
        return "round limit reached: the model requested round " + (maxRounds + 1) + " of at most " + maxRounds;
    }

    /** Whether calls of the response that is being streamed may be started. */
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

    /** What the model has written of a response that it has not completed; null if that is nothing. */
    @Nullable
    String partly() {
        synchronized (lock) {
            return text.isEmpty() ? null : text.toString();
        }
    }

    /**
     * How the loop's answer ends the run: by a tool's result, where the model's last response asks for calls.
     *
     * @param type what is asked for; null for text
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

    TaskResult result(@Nullable String answer, TaskEnd end, @Nullable Throwable error) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        synchronized (lock) {
            return new TaskResult(answer, end, error, rounds, requests, usage, elapsed, finishReason);
        }
    }
}
