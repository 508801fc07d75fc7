package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.Round;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.loop.EventLoops;
import dev.interlock.langchain4j.loop.OffEventLoop;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.interlock.plan.CallPlan;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Executes a message's requests for a hand-written loop: every failure becomes a result. */
final class HandWrittenLoop {

    private final ToolCallExecutor engine;
    private final ToolBindings bindings;
    private final InvocationLimits invocationLimits;
    private final EarlyStart earlyStart;

    HandWrittenLoop(ToolCallExecutor engine, McpTrust trust, ServiceSettings settings) {
        this.engine = engine;
        this.invocationLimits = new InvocationLimits(settings.limits(), InvocationLimits.OF_LOOPS);
        this.earlyStart = settings.earlyStart();
        this.bindings = new ToolBindings(engine, trust);
    }

    private static InvocationContext newContext() {
        return InvocationContext.builder()
                .invocationId(UUID.randomUUID())
                .invocationParameters(new InvocationParameters())
                .timestampNow()
                .build();
    }

    /** Creates the context of a loop that is resumed, perhaps in another process. */
    private static InvocationContext contextOf(SuspendedInvocation suspended) {
        return newContext().toBuilder()
                .chatMemoryId(suspended.memoryId())
                .invocationParameters(new InvocationParameters(suspended.parameters()))
                .build();
    }

    static List<AiServiceTool> tools(Map<ToolSpecification, ToolExecutor> coded) {
        return coded.entrySet().stream()
                .map(entry -> AiServiceTool.builder()
                        .toolSpecification(entry.getKey())
                        .toolExecutor(entry.getValue())
                        .build())
                .toList();
    }

    /** Finds the tools of objects. Mistakes in their declared effects show here. */
    List<AiServiceTool> tools(List<AiServiceTool> found) {
        found.forEach(tool -> bindings.check(tool.toolSpecification(), tool.toolExecutor()));
        return found;
    }

    /**
     * @param given the context that the caller gave; null to create one
     */
    List<ToolExecutionResultMessage> execute(
            AiMessage message, ResponseEnd end, Iterable<AiServiceTool> tools, @Nullable InvocationContext given) {
        if (!message.hasToolExecutionRequests()) {
            return List.of();
        }
        EventLoops.warnIfCurrent();
        HandWrittenStream.Complete streamed = HandWrittenStream.take(message);
        if (streamed != null) {
            return results(message, streamed.finish(message));
        }
        RequestCallFactory factory = callFactory(tools, given);
        List<RequestCall> calls = end.calls(message.toolExecutionRequests(), factory);
        Round round = engine.rounds()
                .round(calls, null, conversation(given), engine.rounds().captureContext());
        return execute(round, message, calls, factory);
    }

    List<SuspendedInvocation> recover() {
        return engine.recover().stream().map(RecoveredRounds::of).toList();
    }

    List<ToolExecutionResultMessage> resume(
            SuspendedInvocation suspended, Iterable<AiServiceTool> tools, @Nullable InvocationContext given) {
        EventLoops.warnIfCurrent();
        InvocationContext context = given == null ? contextOf(suspended) : given;
        invocationLimits.restore(context, given != null, suspended.callsOfTools());
        RequestCallFactory factory = callFactory(
                tools,
                context,
                given == null ? invocationLimits.newResponse(context) : invocationLimits.nextResponse(context));
        List<RequestCall> calls = Resumption.calls(suspended, factory);
        Round round = engine.rounds()
                .resumed(
                        suspended.round(),
                        calls,
                        null,
                        conversation(context),
                        engine.rounds().captureContext());
        List<ToolExecutionResultMessage> results = execute(round, suspended.message(), calls, factory);
        Throwable whyNot = round.failure();
        if (whyNot != null && round.isUntouched()) {
            // These are no results: the round is as suspended as before.
            throw whyNot instanceof RuntimeException own ? own : new IllegalStateException(whyNot);
        }
        return results;
    }

    private static List<ToolExecutionResultMessage> execute(
            Round round, AiMessage message, List<RequestCall> calls, RequestCallFactory factory) {
        round.execute();
        SuspendedRound suspended = round.suspended();
        if (suspended != null) {
            throw Suspending.ofLoop(factory).leave(suspended, message, calls);
        }
        // The user's loop gets all results, and asks whether it should end.
        var unused = factory.limits().executed(calls);
        return results(message, calls);
    }

    private static List<ToolExecutionResultMessage> results(AiMessage message, List<RequestCall> calls) {
        List<ToolExecutionResultMessage> results = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            results.add(ResultKeys.message(message.toolExecutionRequests().get(i), calls.get(i)));
        }
        return results;
    }

    CallPlan plan(AiMessage message, Iterable<AiServiceTool> tools) {
        return engine.rounds()
                .plan(callFactory(tools, newContext(), ResponseLimits.UNLIMITED)
                        .calls(message.toolExecutionRequests()));
    }

    boolean isOver(InvocationContext context) {
        return invocationLimits.isOver(context);
    }

    /** The conversation of the context's memory. A loop without context is in the engine's own conversation. */
    private static @Nullable Object conversation(@Nullable InvocationContext context) {
        return context == null || context.chatMemoryId() == null
                ? null
                : new Conversation(HandWrittenLoop.class, context.chatMemoryId());
    }

    List<ToolExecutionResultMessage> retryFailed(
            AiMessage message,
            List<ToolExecutionResultMessage> results,
            Iterable<AiServiceTool> tools,
            @Nullable InvocationContext given) {
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        if (results.size() != requests.size()) {
            throw new IllegalArgumentException("each request needs one result: there are "
                    + requests.size() + " requests and "
                    + results.size() + " results");
        }
        RequestCallFactory factory = callFactory(tools, given);
        List<RequestCall> calls = requests.stream().map(factory::call).toList();
        Instant now = Instant.now();
        List<Integer> places = new ArrayList<>();
        List<SuspendedCall> batch = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            RequestCall call = calls.get(i);
            call.referTo(calls, i);
            if (RequestCall.isOfCutCall(results.get(i))) {
                call.setEarlierOutcome(new Outcome.Failed(
                        new CallRefusedException(results.get(i).text())));
                batch.add(new SuspendedCall.Ended(call.endedAt(now)));
            } else if (Boolean.TRUE.equals(results.get(i).isError())) {
                places.add(i);
                boolean started = !UnstartedMark.isOn(results.get(i));
                if (started) {
                    call.markStartedBefore();
                }
                batch.add(
                        new SuspendedCall.Waiting(call.call(), false, "is to be tried again", List.of(), -1, started));
            } else {
                call.setEarlierOutcome(new Outcome.Succeeded(result(results.get(i))));
                batch.add(new SuspendedCall.Ended(call.endedAt(now)));
            }
        }
        List<ToolExecutionResultMessage> merged = new ArrayList<>(results);
        if (!places.isEmpty()) {
            List<RequestCall> failed = places.stream().map(calls::get).toList();
            Round round = engine.rounds().again(failed, places, batch, ResultKeys.of(results), conversation(given));
            round.execute();
            SuspendedRound suspended = round.suspended();
            if (suspended != null) {
                throw Suspending.ofLoop(factory).leave(suspended, message, calls);
            }
            for (int i : places) {
                merged.set(i, ResultKeys.message(requests.get(i), calls.get(i)));
            }
        }
        return merged;
    }

    /** Restores a result from its message, for calls that refer to it. */
    private static ToolExecutionResult result(ToolExecutionResultMessage message) {
        return ToolExecutionResult.builder().resultContents(message.contents()).build();
    }

    /** Returns the request with an instruction and schemas for chained calls. */
    ChatRequest chained(ChatRequest request, Iterable<AiServiceTool> tools) {
        if (!bindings.chaining()) {
            return request;
        }
        Map<String, ToolBinding> known = new HashMap<>();
        for (AiServiceTool tool : tools) {
            known.put(tool.name(), bindings.binding(tool.name(), tool.toolExecutor(), tool.toolSpecification()));
        }
        return ChainedRequests.chained(request, known::get, null);
    }

    StreamingChatResponseHandler streamingHandler(
            Iterable<AiServiceTool> tools, StreamingChatResponseHandler next, @Nullable InvocationContext given) {
        return new OffEventLoop(new HandWrittenStream(
                next,
                callFactory(tools, given),
                new StreamedCalls(
                        engine,
                        earlyStart,
                        null,
                        conversation(given),
                        engine.rounds().captureContext())));
    }

    private RequestCallFactory callFactory(Iterable<AiServiceTool> tools, @Nullable InvocationContext given) {
        if (given != null) {
            return callFactory(tools, given, invocationLimits.nextResponse(given));
        }
        InvocationContext context = newContext();
        return callFactory(tools, context, invocationLimits.newResponse(context));
    }

    private RequestCallFactory callFactory(
            Iterable<AiServiceTool> tools, InvocationContext context, ResponseLimits limits) {
        Map<String, ToolExecutor> executors = new HashMap<>();
        List<ToolSpecification> specifications = new ArrayList<>();
        for (AiServiceTool tool : tools) {
            if (executors.putIfAbsent(tool.name(), tool.toolExecutor()) != null) {
                throw new IllegalArgumentException("there are two tools named '" + tool.name() + "'");
            }
            specifications.add(tool.toolSpecification());
        }
        bindings.offered(executors.keySet());
        ErrorHandling handling = new ErrorHandling(
                null,
                null,
                null,
                true,
                (error, errorContext) -> ToolErrorHandlerResult.text(new Outcome.Failed(error).message()),
                (error, errorContext) -> ToolErrorHandlerResult.text(new Outcome.Failed(error).message()),
                request -> ToolExecutionResult.builder()
                        .isError(true)
                        .resultText("there is no tool named '" + request.name() + "'; the tools are "
                                + executors.keySet().stream().sorted().toList())
                        .build(),
                false,
                null);
        ToolServiceContext known = ToolServiceContext.builder()
                .effectiveTools(specifications)
                .toolExecutors(executors)
                .build();
        return new RequestCallFactory(bindings, known, context, handling, limits);
    }
}
