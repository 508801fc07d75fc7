package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.CallTask;
import dev.interlock.execution.RoundFailure;
import dev.interlock.execution.ToolBinding;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.time.LocalDateTime;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One tool execution request being run as LangChain4j would run it, but on the call's own thread: hook, executor, error
 * handler, hook. The result is rendered as text there too, so that it shows what the tool returned and not what became
 * of it later, and so that a failing serialiser is the tool's failure.
 */
final class RequestTask extends CallTask {

    private final ToolExecutionRequest request;
    private final @Nullable ToolExecutor executor;
    private final InvocationContext context;
    private final ErrorHandling handling;

    /** Null until asked for; any thread finds the same arguments. */
    private volatile @Nullable ToolCall call;

    /** Written by the thread of the call, read once the round has ended. */
    private @Nullable ToolExecutionResult result;

    RequestTask(
            ToolExecutionRequest request,
            ToolBinding binding,
            @Nullable ToolExecutor executor,
            InvocationContext context,
            ErrorHandling handling) {
        super(binding);
        this.request = request;
        this.executor = executor;
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

    private String name() {
        return request.name() == null ? "" : request.name();
    }

    @Override
    protected @Nullable Object run() throws Exception {
        Consumer<BeforeToolExecution> before = handling.before();
        if (before != null) {
            runHook(
                    before,
                    BeforeToolExecution.builder()
                            .request(request)
                            .invocationContext(context)
                            .build());
        }
        Consumer<ToolExecution> after = handling.after();
        LocalDateTime start = after == null ? null : now();
        ToolExecutionResult done = executor == null ? runUnknown() : runKnown(executor);
        if (after != null) {
            runHook(
                    after,
                    ToolExecution.builder()
                            .request(request)
                            .result(done)
                            .startTime(start)
                            .finishTime(now())
                            .invocationContext(context)
                            .build());
        }
        result = done;
        if (done.isError()) {
            throw new ToolErrorResult(done);
        }
        return done;
    }

    private ToolExecutionResult runUnknown() throws RoundFailure {
        try {
            return handling.unknownTool(request);
        } catch (Throwable e) {
            throw new RoundFailure(e);
        }
    }

    private ToolExecutionResult runKnown(ToolExecutor known) throws Exception {
        try {
            ToolExecutionResult done = known.executeWithContext(request, context);
            if (done == null) {
                throw new IllegalStateException("tool '" + request.name() + "' returned no result");
            }
            if (done.resultContents().isEmpty()) {
                throw new IllegalStateException("tool '" + request.name() + "' returned a result without contents");
            }
            return done;
        } catch (Throwable e) {
            if (endedByInterrupt(e)) {
                throw e;
            }
            try {
                return handling.handle(request, e, context);
            } catch (Throwable leaving) {
                throw new RoundFailure(leaving);
            }
        }
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
        ToolExecutionResult own = result;
        boolean ownCounts =
                switch (outcome()) {
                    case Outcome.Succeeded succeeded -> true;
                    case Outcome.Failed failed -> failed.error() instanceof ToolErrorResult;
                    case Outcome.TimedOut timedOut -> false;
                    case Outcome.Cancelled cancelled -> false;
                    case Outcome.Skipped skipped -> false;
                };
        if (ownCounts && own != null) {
            return own;
        }
        return ToolExecutionResult.builder()
                .isError(true)
                .resultText(outcome().message())
                .build();
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

        ToolErrorResult(ToolExecutionResult result) {
            super(text(result), null, false, false);
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
