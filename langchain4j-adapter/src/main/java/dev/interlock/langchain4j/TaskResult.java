package dev.interlock.langchain4j;

import dev.interlock.call.CallResult;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundReport;
import dev.interlock.report.RunReport;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of a task, complete or as far as it got. Immutable.
 *
 * @param answer the model's answer; null if a tool's result is the answer ({@code ReturnBehavior.IMMEDIATE}). If the
 *     task ended without an answer: what there is of one, such as the text streamed so far, or null
 * @param end how the task ended
 * @param error why the task failed; null unless it ended with {@link TaskEnd#ERROR}, or the model threw because a
 *     filter {@linkplain TaskEnd#FILTERED withheld} its answer
 * @param rounds the executed rounds in order: plans, results and times
 * @param modelRequests how often the model was asked
 * @param tokenUsage the token usage of all responses together; parts that the model did not report are null
 * @param elapsed how long the task took
 * @param finishReason why the model ended its last response; null if it did not say, or gave no response
 * @param suspended the task to resume; null unless it ended with {@link TaskEnd#SUSPENDED}
 */
public record TaskResult(
        @Nullable String answer,
        TaskEnd end,
        @Nullable Throwable error,
        List<RoundReport> rounds,
        int modelRequests,
        TokenUsage tokenUsage,
        Duration elapsed,
        @Nullable FinishReason finishReason,
        @Nullable SuspendedTask suspended) {

    /** Copies the list and rejects nulls. */
    public TaskResult {
        Objects.requireNonNull(end, "end");
        rounds = List.copyOf(rounds);
        Objects.requireNonNull(tokenUsage, "tokenUsage");
        Objects.requireNonNull(elapsed, "elapsed");
        if (modelRequests < 0) {
            throw new IllegalArgumentException("modelRequests must be >= 0, was " + modelRequests);
        }
    }

    /**
     * Creates the result of a task that is not suspended.
     *
     * @param answer the model's answer, or null
     * @param end how the task ended
     * @param error why the task failed, or null
     * @param rounds the executed rounds, in order
     * @param modelRequests how often the model was asked
     * @param tokenUsage the token usage of all responses together
     * @param elapsed how long the task took
     * @param finishReason why the model ended its last response, or null
     */
    public TaskResult(
            @Nullable String answer,
            TaskEnd end,
            @Nullable Throwable error,
            List<RoundReport> rounds,
            int modelRequests,
            TokenUsage tokenUsage,
            Duration elapsed,
            @Nullable FinishReason finishReason) {
        this(answer, end, error, rounds, modelRequests, tokenUsage, elapsed, finishReason, null);
    }

    /**
     * Tells whether the task ended with an answer.
     *
     * @return true for {@link TaskEnd#ANSWER}
     */
    public boolean isAnswered() {
        return end == TaskEnd.ANSWER;
    }

    /**
     * Returns all calls of all rounds.
     *
     * @return the calls round by round, in call order
     */
    public List<CallResult> calls() {
        return rounds.stream().flatMap(round -> round.results().stream()).toList();
    }

    /**
     * Returns the calls that did not succeed: failed, timed out, cancelled or skipped. The model got their messages and
     * may have found another way. Calls that are pending, or wait for such, are not among them.
     *
     * @return the calls round by round, in call order
     */
    public List<CallResult> failedCalls() {
        List<CallResult> failed = new ArrayList<>();
        for (RoundReport round : rounds) {
            for (int i = 0; i < round.results().size(); i++) {
                CallResult result = round.results().get(i);
                if (!result.isSuccess() && round.traces().get(i).end() != CallEnd.SUSPENDED) {
                    failed.add(result);
                }
            }
        }
        return List.copyOf(failed);
    }

    /**
     * Returns how much longer the task would have taken with its calls one after another. Rounds in which calls waited
     * for a person, or for something outside the process, do not count.
     *
     * @return the {@link RunReport#timeSaved()} of the rounds; never negative
     */
    public Duration timeSaved() {
        return new RunReport(rounds).timeSaved();
    }
}
