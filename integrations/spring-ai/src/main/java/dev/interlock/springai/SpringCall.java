package dev.interlock.springai;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.RoundFailure;
import dev.interlock.execution.ToolBinding;
import dev.interlock.support.ResultText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.model.tool.internal.ToolCallReactiveContextHolder;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;
import reactor.util.context.ContextView;

/**
 * Runs one tool call of a response as Spring AI would, but on the call's own thread: observed, through its callback,
 * with the failure processed. Exceptions of the processor leave the round, and so do exceptions of a callback other
 * than {@link ToolExecutionException}.
 */
final class SpringCall extends RoundCall {

    private final AssistantMessage.ToolCall request;
    private final String arguments;
    private final RequestTools.Found tool;
    private final CallSurroundings around;

    /** Null until the first use. Any thread computes the same value. */
    private volatile @Nullable ToolCall call;

    /** Whether the engine handles what this attempt threw. Only the call's thread accesses it. */
    private boolean enginesOwn;

    SpringCall(
            AssistantMessage.ToolCall request,
            String arguments,
            RequestTools.Found tool,
            ToolBinding binding,
            CallSurroundings around) {
        super(binding);
        this.request = request;
        this.arguments = arguments;
        this.tool = tool;
        this.around = around;
    }

    @Override
    protected ToolCall call() {
        ToolCall known = call;
        if (known == null) {
            known = ToolCall.parse(request.id(), binding().name(), arguments);
            call = known;
        }
        return known;
    }

    @Override
    protected boolean hasObjectArguments() {
        ToolCall known = call;
        return known == null ? ToolCall.isObject(arguments) : known.hasObjectArguments();
    }

    @Override
    protected boolean mayHoldReferences() {
        return mayHoldReferences(arguments);
    }

    @Override
    protected long argumentBytes() {
        return arguments.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The text that the model would see. */
    @Override
    protected Object referable() {
        return text();
    }

    @Override
    protected String run() throws Exception {
        ToolCallback callback = tool.callback();
        if (callback == null) {
            throw new RoundFailure(tool.missing());
        }
        ContextView outer = ToolCallReactiveContextHolder.getContext();
        ToolCallReactiveContextHolder.setContext(around.reactive());
        Object conversation = EnclosingCall.enter(around.conversation());
        try {
            return observed(callback);
        } finally {
            EnclosingCall.enter(conversation);
            if (outer.isEmpty()) {
                ToolCallReactiveContextHolder.clearContext();
            } else {
                ToolCallReactiveContextHolder.setContext(outer);
            }
        }
    }

    private String observed(ToolCallback callback) throws Exception {
        ToolCall changed = changedCall();
        String given = changed == null ? arguments : changed.arguments().toString();
        ToolCallingObservationContext context = ToolCallingObservationContext.builder()
                .toolDefinition(callback.getToolDefinition())
                .toolMetadata(callback.getToolMetadata())
                .toolCallId(request.id())
                .toolType(request.type())
                .toolCallArguments(given)
                .build();
        enginesOwn = false;
        Answer answer;
        try {
            answer = around.observation(context).observe(() -> answer(callback, given, context));
        } catch (Throwable e) {
            if (enginesOwn) {
                throw e;
            }
            throw new RoundFailure(e);
        }
        if (answer.failure() != null) {
            throw new ProcessedFailure(answer.text(), answer.failure());
        }
        return answer.text() == null ? "" : answer.text();
    }

    /**
     * The result of an attempt.
     *
     * @param text what the callback returned, or the processor's text for its failure
     * @param failure what the tool threw, or null
     */
    private record Answer(@Nullable String text, @Nullable Throwable failure) {}

    private Answer answer(ToolCallback callback, String given, ToolCallingObservationContext context) {
        Answer answer;
        try {
            answer = new Answer(callback.call(given, around.toolContext()), null);
        } catch (Throwable e) {
            Throwable cause = causeOf(e);
            enginesOwn = endedByInterrupt(e) || willTryAgain(cause);
            if (enginesOwn || !(e instanceof ToolExecutionException failed)) {
                throw e;
            }
            answer = new Answer(around.failures().process(failed), cause);
        }
        context.setToolCallResult(answer.text());
        return answer;
    }

    /** The tool's own exception. */
    private static Throwable causeOf(Throwable error) {
        Throwable cause = error instanceof ToolExecutionException ? error.getCause() : null;
        return cause == null ? error : cause;
    }

    /** Returns the text for the model. Call it only when the call has its outcome. */
    String text() {
        return switch (outcome()) {
            case Outcome.Succeeded(Object value) -> written(value);
            case Outcome.Failed(ProcessedFailure failure) -> {
                String told = failure.afterAttempts(attempts());
                ResultLimit limit = resultLimit();
                String limited = limit == null ? null : limit.cutMessage(told);
                yield limited == null ? told : limited;
            }
            case Outcome other -> errorText();
        };
    }

    /** An interceptor may have replaced the callback's text. */
    private static String written(@Nullable Object value) {
        return value == null ? "" : ResultText.of(value);
    }
}
