package dev.interlock.springai;

import dev.interlock.execution.Round;
import dev.interlock.execution.Rounds;
import dev.interlock.plan.CallPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.model.tool.ToolCallLimitBehavior;
import org.springframework.ai.model.tool.ToolCallLimitExceededException;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.StringUtils;

/**
 * Executes the calls of one response in a round.
 *
 * <p>Invariant: the result has one answer for each call, in call order. If a call exceeds a limit that ends the turn,
 * the calls before it run and none after it, as if they ran one after another. Only the owner accesses this object.
 */
final class ResponseRun {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.springai.InterlockToolCallingManager");

    private final List<Message> before;
    private final AssistantMessage response;
    private final ResponseEnd responseEnd;
    private final List<SpringCall> calls = new ArrayList<>();

    /** Whether all tools so far return directly; null before the first. */
    private @Nullable Boolean returnDirect;

    /** The limit that ends the turn at the call after the prepared ones. */
    private TurnLimits.@Nullable Excess over;

    ResponseRun(List<Message> before, Generation generation) {
        this.before = before;
        this.response = generation.getOutput();
        this.responseEnd = ResponseEnd.of(generation);
    }

    /** Prepares the calls. */
    void prepare(RequestTools tools, ToolBindings bindings, TurnLimits limits, CallSurroundings around) {
        boolean shared =
                SharedContext.mayChange(around.toolContext().getContext().values());
        TurnLimits.Turn turn = limits.turn(before);
        for (AssistantMessage.ToolCall request : response.getToolCalls()) {
            String name = request.name() == null ? "" : request.name();
            TurnLimits.Excess excess = turn.next(name);
            if (excess != null && limits.whenExceeded() == ToolCallLimitBehavior.THROW) {
                over = excess;
                return;
            }
            String refusal = excess == null ? flaw(request, name) : excess.message();
            RequestTools.Found tool = excess == null ? tools.find(name) : RequestTools.Found.NOT_SOUGHT;
            ToolCallback callback = tool.callback();
            SpringCall call = new SpringCall(
                    request,
                    argumentsOf(request),
                    tool,
                    callback == null ? bindings.unknown(name) : bindings.of(callback, shared),
                    around);
            if (refusal != null) {
                call.ruleOut(refusal);
            } else if (callback != null) {
                boolean direct = callback.getToolMetadata().returnDirect();
                returnDirect = returnDirect == null ? direct : returnDirect && direct;
            }
            calls.add(call);
        }
    }

    private @Nullable String flaw(AssistantMessage.ToolCall request, String name) {
        return responseEnd.flaw(calls.size(), response.getToolCalls().size(), name, request.arguments());
    }

    private static String argumentsOf(AssistantMessage.ToolCall request) {
        if (StringUtils.hasText(request.arguments())) {
            return request.arguments();
        }
        log.debug("The model gave no arguments for tool '{}', so it gets an empty object", request.name());
        return "{}";
    }

    /** Plans which call waits for which. */
    CallPlan plan(Rounds rounds) {
        return rounds.plan(calls);
    }

    /**
     * Executes the calls.
     *
     * @param rounds the engine's rounds
     * @param conversation identifies the conversation, or null
     * @return the conversation's messages with the response and its answers
     */
    ToolExecutionResult execute(Rounds rounds, @Nullable Object conversation) {
        Round round = rounds.round(calls, null, conversation, rounds.captureContext());
        round.execute();
        leave(round.failure());
        if (round.interrupted()) {
            CancellationException cancelled = new CancellationException(
                    "the calling thread was interrupted during its tool calls; the model is not asked again");
            cancelled.initCause(new InterruptedException());
            throw cancelled;
        }
        String why = round.cancelled();
        if (why != null) {
            throw new CancellationException(why + "; the model is not asked again");
        }
        return result();
    }

    private static void leave(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException leaving) {
            throw leaving;
        }
        if (failure instanceof Error leaving) {
            throw leaving;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    private ToolExecutionResult result() {
        List<ToolResponseMessage.ToolResponse> answers = new ArrayList<>();
        for (SpringCall call : calls) {
            answers.add(answer(answers.size(), call.text()));
        }
        TurnLimits.Excess excess = over;
        if (excess == null) {
            return result(answers);
        }
        answers.add(answer(answers.size(), excess.message()));
        throw new ToolCallLimitExceededException(excess.tool(), excess.limit(), result(answers));
    }

    private ToolResponseMessage.ToolResponse answer(int place, String text) {
        AssistantMessage.ToolCall request = response.getToolCalls().get(place);
        return new ToolResponseMessage.ToolResponse(request.id(), request.name(), text);
    }

    private ToolExecutionResult result(List<ToolResponseMessage.ToolResponse> answers) {
        List<Message> conversation = new ArrayList<>(before);
        conversation.add(response);
        conversation.add(ToolResponseMessage.builder().responses(answers).build());
        return ToolExecutionResult.builder()
                .conversationHistory(conversation)
                .returnDirect(Boolean.TRUE.equals(returnDirect))
                .build();
    }
}
