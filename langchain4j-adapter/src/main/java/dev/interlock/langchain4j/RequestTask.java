package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.RoundFailure;
import dev.interlock.execution.ToolBinding;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One tool execution request being run as LangChain4j would run it, but on the call's own thread: hook, executor, error
 * handler, hook. The result is rendered as text there too, so that it shows what the tool returned and not what became
 * of it later, and so that a failing serialiser is the tool's failure.
 */
final class RequestTask extends RoundCall {

    private final ToolExecutionRequest request;
    private final @Nullable ToolExecutor executor;
    private final InvocationContext context;
    private final ErrorHandling handling;

    /** Null until asked for; any thread finds the same arguments. */
    private volatile @Nullable ToolCall call;

    /** Whether the hook before the call was told; only accessed by the thread of the call. */
    private boolean announced;

    /** What the tool threw, of which a handler made a result; only accessed by the thread of the call. */
    private @Nullable Throwable handled;

    RequestTask(
            ToolExecutionRequest request,
            ToolBinding binding,
            @Nullable ToolExecutor executor,
            InvocationContext context,
            ErrorHandling handling) {
        super(binding);
        this.request = request;
        this.executor = executor == null ? null : ServerTools.cancellable(executor);
        this.context = context;
        this.handling = handling;
    }

    ToolExecutionRequest request() {
        return request;
    }

    @Override
    protected ToolCall call() {
        ToolCall known = call;
        if (known == null) {
            known = ToolCall.parse(request.id(), name(), request.arguments());
            call = known;
        }
        return known;
    }

    @Override
    protected boolean hasObjectArguments() {
        ToolCall known = call;
        return known == null ? ToolCall.isObject(request.arguments()) : known.hasObjectArguments();
    }

    @Override
    protected boolean mayHoldReferences() {
        return request.arguments() != null && mayHoldReferences(request.arguments());
    }

    /** What the model would see. */
    @Override
    protected Object referable() {
        return result().resultText();
    }

    private String name() {
        return request.name() == null ? "" : request.name();
    }

    @Override
    protected @Nullable Object run() throws Exception {
        ToolExecutionRequest effective = effectiveRequest();
        Consumer<BeforeToolExecution> before = handling.before();
        if (before != null && !announced) {
            announced = true;
            runHook(
                    before,
                    BeforeToolExecution.builder()
                            .request(effective)
                            .invocationContext(context)
                            .build());
        }
        Consumer<ToolExecution> after = handling.after();
        LocalDateTime start = after == null ? null : now();
        ToolExecutionResult done = executor == null ? runUnknown(effective) : runKnown(executor, effective);
        if (after != null) {
            runHook(
                    after,
                    ToolExecution.builder()
                            .request(effective)
                            .result(done)
                            .startTime(start)
                            .finishTime(now())
                            .invocationContext(context)
                            .build());
        }
        // The result for an unknown tool is none, whatever the strategy that made it says of it.
        if (executor == null || done.isError()) {
            throw new ToolErrorResult(done, handled);
        }
        return done;
    }

    private ToolExecutionRequest effectiveRequest() {
        ToolCall changed = changedCall();
        return changed == null
                ? request
                : request.toBuilder().arguments(changed.arguments().toString()).build();
    }

    private ToolExecutionResult runUnknown(ToolExecutionRequest effective) throws RoundFailure {
        try {
            return handling.unknownTool(effective);
        } catch (Throwable e) {
            throw new RoundFailure(e);
        }
    }

    private ToolExecutionResult runKnown(ToolExecutor known, ToolExecutionRequest effective) throws Exception {
        try {
            ToolExecutionResult done = known.executeWithContext(effective, context);
            if (done == null) {
                throw new IllegalStateException("tool '" + request.name() + "' returned no result");
            }
            if (done.resultContents().isEmpty()) {
                throw new IllegalStateException("tool '" + request.name() + "' returned a result without contents");
            }
            return done;
        } catch (Throwable e) {
            if (endedByInterrupt(e) || willTryAgain(causeOf(e))) {
                throw e;
            }
            handled = causeOf(e);
            try {
                return handling.handle(effective, e, context);
            } catch (Throwable leaving) {
                throw new RoundFailure(leaving);
            }
        }
    }

    /** What the tool itself threw. */
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
    protected @Nullable Object limitResult(@Nullable Object value, ResultLimit limits) throws Exception {
        if (!(value instanceof ToolExecutionResult full)
                || full.resultContents().size() != 1
                || !(full.resultContents().get(0) instanceof TextContent content)) {
            return value;
        }
        String text = limits.cut(content.text());
        return text == null
                ? value
                : ToolExecutionResult.builder()
                        .isError(full.isError())
                        .attributes(full.attributes())
                        .result(full.result())
                        .resultText(text)
                        .build();
    }

    private static <T> void runHook(Consumer<T> hook, T event) throws RoundFailure {
        try {
            hook.accept(event);
        } catch (Throwable e) {
            throw new RoundFailure(e);
        }
    }

    @SuppressWarnings("JavaTimeDefaultTimeZone") // as LangChain4j gives it
    private static LocalDateTime now() {
        return LocalDateTime.now();
    }

    /** What the model gets; to be asked for once the round has ended. */
    ToolExecutionResult result() {
        return switch (outcome()) {
            case Outcome.Succeeded(ToolExecutionResult own) -> own;
            case Outcome.Succeeded(Object value) -> ReplacedResults.result(value);
            case Outcome.Failed(ToolErrorResult error) -> error.result;
            case Outcome other ->
                ToolExecutionResult.builder()
                        .isError(true)
                        .resultText(other.message())
                        .build();
        };
    }

    /**
     * The result as the answer to a request.
     *
     * @param answered the request as the message has it: a stream may have completed it with another id
     */
    ToolExecutionResultMessage resultMessage(ToolExecutionRequest answered) {
        ToolExecutionResult done = result();
        return ToolExecutionResultMessage.builder()
                .id(answered.id())
                .toolName(answered.name())
                .contents(done.resultContents())
                .isError(done.isError())
                .attributes(done.attributes())
                .build();
    }

    /** Tells the engine that a call failed whose result, an error, is there all the same. */
    private static final class ToolErrorResult extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient ToolExecutionResult result;

        ToolErrorResult(ToolExecutionResult result, @Nullable Throwable cause) {
            super(text(result), cause, false, false);
            this.result = result;
        }

        private static String text(ToolExecutionResult result) {
            try {
                return result.resultText();
            } catch (IllegalStateException e) {
                return "an error that is not text";
            }
        }
    }
}
