package dev.interlock.execution;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.interlock.call.ToolCall;
import dev.interlock.durable.Approvals;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall.Asked;
import dev.interlock.schedule.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets a person or a program approve calls before they run; by default it asks about each call that may write.
 *
 * {@snippet :
 * executor.interceptor(ApprovalInterceptor.builder(call -> desk.ask(call.call())
 *                 .thenApply(yes -> yes ? Approval.approved() : Approval.refused("the owner said no; do not retry")))
 *         .timeout(Duration.ofMinutes(5))
 *         .build());
 * }
 *
 * <p>Asking needs no {@linkplain CallInterceptor#needsTurn() turn}; only running does. The interceptor asks for all
 * calls of a round at once, even conflicting ones, and regardless of the limit of concurrency. So a desk can show and
 * answer all questions of a response together; {@link Builder#oneAtATime} asks for one after another. It asks later
 * about two kinds of calls. A call that refers to another one's result comes once that call has succeeded. A call of a
 * streamed response comes when it arrives. A read that shares the result of an equal earlier one (coalescing) needs no
 * approval.
 *
 * <p>A call that waits for its approval does not count as running and holds nothing, so others go on; only conflicting
 * calls wait for it. After the approval it runs in its turn. The limits of the call and of its round go on meanwhile,
 * and a cancel or a failure that ends the round ends the wait too. A call without approval, refused or too late, fails
 * with a message that says so. Its tool does not start, and calls that waited for it go on.
 *
 * <p>Where an answer takes longer than a thread should wait, {@link Approval#pending} gives the thread back: the call
 * is pending, and its round suspended when nothing else goes on. When the round is
 * {@linkplain ToolCallExecutor#resume resumed}, the interceptor lets an approved call pass without a new question, as
 * long as it comes with the approved arguments.
 *
 * <p>The interceptor asks once about each call, no matter how many attempts the call has. Add it behind an interceptor
 * that changes arguments, so that the approval is for what will run. Behind an interceptor that needs the call's turn,
 * it asks in that turn, one conflicting call after another. An interceptor needs the turn by default. If yours does
 * not, override {@link CallInterceptor#needsTurn()} to return false.
 */
public final class ApprovalInterceptor implements CallInterceptor {

    private final Function<? super InterceptedCall, ? extends CompletionStage<Approval>> ask;
    private final Predicate<? super InterceptedCall> when;
    private final @Nullable Duration timeout;
    private final @Nullable Approvals approvals;
    private final @Nullable QuestionQueue questions;

    private ApprovalInterceptor(Builder builder) {
        this.ask = builder.ask;
        this.when = builder.when;
        this.timeout = builder.timeout;
        this.approvals = builder.approvals;
        this.questions = builder.oneAtATime ? new QuestionQueue() : null;
    }

    /**
     * Starts an interceptor that asks about each call that may write, and waits as long as the limits of the call and
     * its round allow.
     *
     * @param ask asks for a call, and returns the future answer. It runs on the call's thread, for several calls at the
     *     same time unless {@link Builder#oneAtATime}, and must not call {@link InterceptedCall#proceed()}. It may
     *     block, as on a console: the call waits for its approval meanwhile, and an end of the call interrupts it. If
     *     the call stops waiting for the answer, the interceptor {@linkplain CompletableFuture#cancel cancels} that, so
     *     that the desk can withdraw the question
     * @return a new builder
     */
    public static Builder builder(Function<? super InterceptedCall, ? extends CompletionStage<Approval>> ask) {
        return new Builder(ask);
    }

    @Override
    public boolean needsTurn() {
        return false;
    }

    @Override
    public @Nullable Object intercept(InterceptedCall call) throws Exception {
        CallApprovals known = approvalsOf(call);
        int number = known.pass();
        ToolCall seen = call.call();
        if (!when.test(call)) {
            return call.proceed();
        }
        Asked before = known.answer(number, seen);
        if (before != null) {
            if (before.always()) {
                remember(seen);
            }
            return proceed(call, known, before);
        }
        return isApproved(seen) ? call.proceed() : ask(call, known, number);
    }

    private boolean isApproved(ToolCall seen) {
        return approvals != null && approvals.isApproved(seen);
    }

    private void remember(ToolCall seen) {
        if (approvals != null) {
            approvals.remember(seen);
        }
    }

    private @Nullable Object ask(InterceptedCall call, CallApprovals known, int number) throws Exception {
        ToolCall seen = call.call();
        return switch (waiting(call, () -> questions == null ? approval(call) : approvalInTurn(call, questions))) {
            case Approval.Approved approved -> proceed(call, known, new Asked(number, seen.arguments(), null, false));
            case Approval.ApprovedAlways always ->
                proceed(call, known, new Asked(number, seen.arguments(), null, true));
            case Approval.ApprovedWith(var arguments) ->
                proceed(call, known, new Asked(number, seen.arguments(), arguments, false));
            case Approval.Pending(var reason) ->
                throw new ApprovalPendingException(reason, new Asked(number, seen.arguments(), null, false));
            case Approval.Refused(var reason) ->
                throw new CallRefusedException(
                        "tool '" + seen.tool() + "' was not approved: " + reason + effectOfBefore(call));
        };
    }

    private @Nullable Object proceed(InterceptedCall call, CallApprovals known, Asked approved) throws Exception {
        ToolCall seen = call.call();
        known.add(approved);
        return approved.instead() == null
                ? call.proceed()
                : call.proceed(new ToolCall(seen.id(), seen.tool(), approved.instead()));
    }

    /**
     * Returns the call's approvals. If another interceptor has wrapped the call, the current thread leads to it, since
     * it is the call's.
     */
    private static CallApprovals approvalsOf(InterceptedCall call) {
        DrivenCall driven = drivenOf(call);
        return driven == null ? new CallApprovals(List.of()) : driven.history().approvals();
    }

    private static @Nullable DrivenCall drivenOf(InterceptedCall call) {
        return call instanceof InterceptorLink link
                ? link.driven()
                : Within.current().call();
    }

    /** What ends here may have happened in an earlier life of its round. */
    private static String effectOfBefore(InterceptedCall call) {
        DrivenCall driven = drivenOf(call);
        return driven == null ? "" : Outcomes.effectOfBefore(driven);
    }

    /**
     * Asks. All of this is a wait for the approval, the function that asks included: it may block, and the call holds
     * no permit meanwhile. Listeners hear what the call waits for, unless another interceptor has wrapped it.
     */
    private static Approval waiting(InterceptedCall call, Callable<Approval> asking) throws Exception {
        return call instanceof InterceptorLink link ? link.whileApproving(asking) : call.withoutPermit(asking);
    }

    /** An equal call that asked before may have been approved for good, also for this one. */
    private Approval approvalInTurn(InterceptedCall call, QuestionQueue queue) throws Exception {
        QuestionQueue.Asker asker = queue.join(call.round(), call.index());
        try {
            call.await(asker, null);
            return isApproved(call.call()) ? Approval.approved() : approval(call);
        } finally {
            queue.leave(asker);
        }
    }

    private Approval approval(InterceptedCall call) throws Exception {
        CompletableFuture<Approval> coming = ask(call);
        Answer answer;
        try {
            answer = call.await(coming.handle(Answer::new), timeout);
        } catch (TimeoutException e) {
            throw new CallRefusedException("tool '" + call.call().tool() + "' was not started: it waited "
                    + (timeout == null ? 0 : timeout.toMillis()) + " ms for an approval that did not come"
                    + effectOfBefore(call));
        } finally {
            coming.cancel(false);
        }
        if (answer.approval != null) {
            if (answer.approval instanceof Approval.ApprovedAlways) {
                remember(call.call());
            }
            return answer.approval;
        }
        Throwable failure = answer.failure;
        if (failure == null) {
            throw failed(call, new NullPointerException("the answer was null"));
        }
        throw failed(
                call,
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
    }

    private CompletableFuture<Approval> ask(InterceptedCall call) {
        try {
            return Objects.requireNonNull(ask.apply(call), "there was no answer to wait for")
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            throw failed(call, e);
        }
    }

    private static IllegalStateException failed(InterceptedCall call, Throwable cause) {
        return new IllegalStateException(
                "tool '" + call.call().tool() + "' was not started: asking for its approval failed: " + cause
                        + effectOfBefore(call),
                cause);
    }

    /** The result of asking. It keeps failures of the user's function apart from failures of the wait. */
    private record Answer(
            @Nullable Approval approval, @Nullable Throwable failure) {}

    /** Builds an {@link ApprovalInterceptor}. Not thread-safe. */
    public static final class Builder {
        private final Function<? super InterceptedCall, ? extends CompletionStage<Approval>> ask;
        private Predicate<? super InterceptedCall> when = call -> !call.onlyReads();
        private @Nullable Duration timeout;
        private @Nullable Approvals approvals;
        private boolean oneAtATime;

        private Builder(Function<? super InterceptedCall, ? extends CompletionStage<Approval>> ask) {
            this.ask = Objects.requireNonNull(ask, "ask");
        }

        /**
         * Sets which calls need approval; by default each call that may write.
         *
         * @param when called on the call's thread; an exception fails the call
         * @return this
         */
        public Builder when(Predicate<? super InterceptedCall> when) {
            this.when = Objects.requireNonNull(when, "when");
            return this;
        }

        /**
         * Sets how long a call waits for its answer; by default as long as its other limits allow. The time counts from
         * when the function that asks has returned, so it is no limit for a function that blocks.
         *
         * @param timeout more than zero
         * @return this
         * @throws IllegalArgumentException if the timeout is not more than zero
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException(
                        "timeout must be > 0 ms, was " + MILLISECONDS.convert(timeout) + " ms");
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets what remembers calls that were approved for good ({@link Approval#approvedAlways}, {@link
         * Decision#approvedAlways}): the interceptor does not ask for equal calls again. By default nothing is
         * remembered, and the interceptor asks for every call.
         *
         * @param approvals asked on the threads of calls; several interceptors may share it
         * @return this
         */
        public Builder approvals(Approvals approvals) {
            this.approvals = Objects.requireNonNull(approvals, "approvals");
            return this;
        }

        /**
         * Asks one question at a time over all rounds: the next question comes when the function has returned and the
         * present one is answered, or when its call no longer waits. Use it where
         * questions of several calls would mix, as on a console. Of calls that wait to ask, those of the oldest round
         * ask first, and within a round they ask in call order. A call's {@link #timeout} begins with its own question.
         * By default all calls of a round ask at once.
         *
         * <p>While such a question is open, the function must not wait for a call that needs this interceptor's
         * approval.
         *
         * @return this
         */
        public Builder oneAtATime() {
            oneAtATime = true;
            return this;
        }

        /**
         * Builds the interceptor.
         *
         * @return the interceptor
         */
        public ApprovalInterceptor build() {
            return new ApprovalInterceptor(this);
        }
    }
}
