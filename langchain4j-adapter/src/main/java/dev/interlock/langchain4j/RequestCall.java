package dev.interlock.langchain4j;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.RoundFailure;
import dev.interlock.execution.ToolBinding;
import dev.interlock.langchain4j.mcp.ServerTools;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.exception.ToolArgumentsException;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one tool execution request as LangChain4j would, but on the call's own thread: hook, executor, error handler,
 * hook. It also renders the result as text there. So the text shows what the tool returned and not a later state, and a
 * failing serialiser is the tool's failure.
 */
final class RequestCall extends HookedCall {

    /**
     * The attribute of a result that marks its call as not run because its response was cut. No model sees attributes.
     */
    private static final String CUT = "dev.interlock/cut";

    private final ToolExecutionRequest request;
    private final @Nullable ToolExecutor executor;

    /** Computed on first use; all threads compute the same value. */
    private volatile @Nullable RequestArguments arguments;

    private volatile @Nullable ToolCall call;

    /** Whether the call was ruled out as cut; written before a round gets it. */
    private boolean cut;

    /** Whether interceptors may have seen the arguments; only accessed by the call's thread. */
    private boolean intercepted;

    /** The result from before its round was suspended; written before a round gets the call. */
    private @Nullable ToolExecutionResult known;

    /** The tool's exception that a handler turned into a result; only accessed by the call's thread. */
    private @Nullable Throwable handled;

    RequestCall(
            ToolExecutionRequest request,
            ToolBinding binding,
            @Nullable ToolExecutor executor,
            InvocationContext context,
            ErrorHandling handling) {
        super(binding, context, handling);
        this.request = request;
        this.executor = executor == null ? null : ServerTools.cancellable(executor);
    }

    ToolExecutionRequest request() {
        return request;
    }

    /** Whether the call's tool exists. */
    boolean hasTool() {
        return executor != null;
    }

    @Override
    protected ToolCall call() {
        ToolCall known = call;
        if (known == null) {
            known = new ToolCall(request.id(), name(), arguments().json());
            call = known;
        }
        return known;
    }

    private RequestArguments arguments() {
        RequestArguments known = arguments;
        if (known == null) {
            known = readAnew();
            arguments = known;
        }
        return known;
    }

    private RequestArguments readAnew() {
        return RequestArguments.read(request.arguments(), executor == null || !ServerTools.readsDoubles(executor));
    }

    /** For a tool that reads its arguments itself, text after the object does not matter. */
    @Override
    protected boolean hasObjectArguments() {
        String text = request.arguments();
        boolean known = arguments == null
                && text != null
                && (isLangChain4jsOwn(executor) ? ToolCall.isObject(text) : PlainArguments.isObject(text));
        return known || arguments().problem() == null;
    }

    @Override
    protected boolean isUnreadable() {
        intercepted = true;
        return arguments().problem() != null;
    }

    /** Whether the arguments are JSON. */
    boolean hasReadableArguments() {
        return !call().arguments().isMissingNode();
    }

    /** Whether this call is known to change nothing, declared or inferred. */
    boolean isKnownToRead() {
        ToolBinding tool = binding();
        if (tool.source() == EffectSource.UNDECLARED || !hasObjectArguments()) {
            return false;
        }
        Effects effects = tool.effects();
        return effects.isReadOnly()
                || (effects.isComputed()
                        && !mayHoldReferences()
                        && effects.accesses(call()).stream().noneMatch(Access::isWrite));
    }

    /** Rules the call out because it may be incomplete. A retry must not run it either. */
    void ruleOutAsCut(String why) {
        cut = true;
        ruleOut(why);
    }

    /** Whether a result says that its call may have been incomplete. */
    static boolean isOfCutCall(ToolExecutionResultMessage result) {
        return Boolean.TRUE.equals(result.attributes().get(CUT));
    }

    @Override
    protected boolean mayHoldReferences() {
        return request.arguments() != null && mayHoldReferences(request.arguments());
    }

    /** The result as the model would see it. */
    @Override
    protected Object referable() {
        return known == null ? result().resultText() : SuspendedInvocation.textOf(known.resultContents());
    }

    private String name() {
        return request.name() == null ? "" : request.name();
    }

    @Override
    protected @Nullable Object run() throws Exception {
        RequestArguments read = effectiveArguments();
        ToolExecutionRequest effective = effectiveRequest(read);
        Consumer<BeforeToolExecution> before = handling.before();
        if (before != null) {
            announce(before, effective);
        }
        Consumer<ToolExecution> after = handling.after();
        LocalDateTime start = after == null ? null : now();
        ToolExecutionResult done;
        try {
            done = executor == null ? runUnknown() : runKnown(executor, effective, read);
        } catch (RoundFailure e) {
            if (after != null && handling.ofFutures()) {
                tell(after, execution(effective, failure(e), start));
            }
            throw e;
        }
        if (after != null) {
            tell(after, execution(effective, done, start));
        }
        // The result for an unknown tool does not count as one, no matter what the strategy that made it says.
        if (executor == null || done.isError()) {
            throw new ToolErrorResult(done, handled);
        }
        return done;
    }

    private ToolExecution execution(
            ToolExecutionRequest effective, ToolExecutionResult done, @Nullable LocalDateTime start) {
        return ToolExecution.builder()
                .request(effective)
                .result(done)
                .startTime(start)
                .finishTime(now())
                .invocationContext(context)
                .build();
    }

    private static ToolExecutionResult failure(RoundFailure leaving) {
        Throwable cause = leaving.getCause();
        return ToolExecutionResult.builder()
                .isError(true)
                .resultText(ErrorHandling.text(cause == null ? leaving : cause))
                .build();
    }

    private ToolExecutionRequest effectiveRequest(@Nullable RequestArguments read) {
        String text = read == null ? null : read.text();
        ToolExecutionRequest effective =
                text == null ? request : request.toBuilder().arguments(text).build();
        ExecutedRequests executed = handling.executed();
        if (executed != null) {
            executed.add(context, request, effective);
        }
        return effective;
    }

    /** The arguments for the tool; null if only the tool itself reads them. */
    private @Nullable RequestArguments effectiveArguments() {
        ToolCall changed = changedCall();
        if (changed != null) {
            return RequestArguments.of(changed.arguments());
        }
        if (intercepted && !readAnew().json().equals(call().arguments())) {
            return RequestArguments.changedInPlace();
        }
        boolean unseen = arguments == null && handling.before() == null && handling.after() == null;
        return unseen && mayBeLeftToTheTool() ? null : arguments();
    }

    /** Whether the tool reads the same arguments as this class, if it can read what the model wrote. */
    private boolean mayBeLeftToTheTool() {
        String text = request.arguments();
        return text != null
                && executor != null
                && (isLangChain4jsOwn(executor) ? text.startsWith("{") : PlainArguments.isObject(text));
    }

    /** Handlers see what the model wrote, unless an interceptor changed it. */
    private ToolExecutionRequest shown(ToolExecutionRequest effective) {
        return changedCall() == null ? request : effective;
    }

    private ToolExecutionResult runUnknown() throws Exception {
        return alone(() -> handling.unknownTool(request));
    }

    private ToolExecutionResult runKnown(
            ToolExecutor known, ToolExecutionRequest effective, @Nullable RequestArguments read) throws Exception {
        IllegalArgumentException unreadable = read == null ? null : read.problem();
        boolean throwsItself = read != null && read.failInLangChain4j() && isLangChain4jsOwn(known);
        try {
            if (unreadable != null && !throwsItself) {
                throw notRun(unreadable);
            }
            ToolExecutionResult done = handling.ofFutures() || isLangChain4jsOwn(known)
                    ? FutureTools.execute(known, effective, context, this::isKnownToRead)
                    : known.executeWithContext(effective, context);
            if (done == null) {
                throw new IllegalStateException("tool '" + request.name() + "' returned no result");
            }
            if (done.resultContents().isEmpty()) {
                throw new IllegalStateException("tool '" + request.name() + "' returned a result without contents");
            }
            return done;
        } catch (Throwable e) {
            Throwable cause = causeOf(e);
            if (CallPendingException.in(e) != null) {
                // This is no failure, so no handler turns it into a result.
                throw e;
            }
            // A retry could not read the same arguments either.
            if (endedByInterrupt(e)
                    || willTryAgain(unreadable == null ? cause : new CallRefusedException(cause.toString()))) {
                throw e;
            }
            handled = cause;
            return alone(() -> handling.handle(shown(effective), e, context));
        }
    }

    /**
     * Whether this is LangChain4j's executor of an annotated tool, which reads its arguments itself and is set to throw
     * if it cannot.
     */
    private static boolean isLangChain4jsOwn(@Nullable ToolExecutor known) {
        return known != null && known.getClass() == DefaultToolExecutor.class;
    }

    /**
     * Without a handler for unreadable arguments, LangChain4j would end the loop for its own tools; other tools never
     * do that.
     */
    private RuntimeException notRun(IllegalArgumentException unreadable) {
        IllegalArgumentException why = new IllegalArgumentException(
                "tool '" + name() + "' was not run: " + unreadable.getMessage(), unreadable.getCause());
        return handling.hasArgumentsHandler() ? new ToolArgumentsException(why) : new ToolExecutionException(why);
    }

    /** The exception that the tool itself threw. */
    private static Throwable causeOf(Throwable error) {
        Throwable cause = error instanceof ToolExecutionException ? error.getCause() : null;
        return cause == null ? error : cause;
    }

    @Override
    protected long argumentBytes() {
        String arguments = request.arguments();
        return arguments == null ? 0 : arguments.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    protected @Nullable Object limitResult(@Nullable Object value, ResultLimit limits) {
        ToolExecutionResult full = value instanceof ToolExecutionResult own ? own : ReplacedResults.result(value);
        ToolExecutionResult limited = ResultContents.limited(full, limits);
        return limited.equals(full) ? value : limited;
    }

    @SuppressWarnings("JavaTimeDefaultTimeZone") // as LangChain4j does
    private static LocalDateTime now() {
        return LocalDateTime.now();
    }

    /** Sets the result of a call that had ended before its round was suspended. */
    void hasResult(ToolExecutionResult before) {
        known = before;
    }

    /** Returns the call's result from an earlier round. */
    CallResult endedAt(Instant when) {
        Outcome outcome = outcome() instanceof Outcome.Succeeded(Object value)
                ? new Outcome.Succeeded(keepable(value))
                : outcome();
        return new CallResult(call(), outcome, 0, when, when, CallResult.ThreadKind.NONE);
    }

    /** Keeps the result as text, since LangChain4j's result objects cannot be written as JSON. */
    @Override
    protected @Nullable Object keepable(@Nullable Object value) {
        return value instanceof ToolExecutionResult own ? SuspendedInvocation.textOf(own.resultContents()) : value;
    }

    /** The result for the model. Call this only when the call has its outcome. */
    ToolExecutionResult result() {
        if (known != null) {
            return known;
        }
        return switch (outcome()) {
            case Outcome.Succeeded(ToolExecutionResult own) -> own;
            case Outcome.Succeeded(Object value) -> ReplacedResults.result(value);
            case Outcome.Failed(ToolErrorResult error) -> {
                ToolExecutionResult told = error.afterAttempts(attempts());
                ResultLimit limit = resultLimit();
                yield limit == null ? told : ResultContents.limitedError(told, limit);
            }
            case Outcome other ->
                ToolExecutionResult.builder()
                        .isError(true)
                        .resultText(errorText())
                        .build();
        };
    }

    private Map<String, Object> attributes(ToolExecutionResult done) {
        return done.isError() && !mayHaveStartedEver() ? UnstartedMark.with(done.attributes()) : done.attributes();
    }

    /**
     * The result as the answer to a request.
     *
     * @param answered the request as the message has it: a stream may have completed it with another id
     */
    ToolExecutionResultMessage resultMessage(ToolExecutionRequest answered) {
        return ResultMessages.message(answered, answer());
    }

    /** The result with the attributes that its message has. A holder of it does not hold the call and its round. */
    ToolExecutionResult answer() {
        ToolExecutionResult done = result();
        return ResultMessages.with(cut ? Map.of(CUT, true) : attributes(done), done);
    }
}
