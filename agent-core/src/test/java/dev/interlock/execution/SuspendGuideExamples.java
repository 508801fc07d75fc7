package dev.interlock.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Approvals;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The examples of docs/suspend.md, as they stand there. */
final class SuspendGuideExamples {

    interface Mail {
        void ask(String round, int place, ToolCall call);
    }

    interface PrintShop {
        int order(JsonNode document);
    }

    /** Keeps texts; a database, in life. */
    static final class Store {
        final Map<String, String> texts = new ConcurrentHashMap<>();

        void put(String id, String text) {
            texts.put(id, text);
        }

        String get(String id) {
            return Objects.requireNonNull(texts.get(id), id);
        }
    }

    final Store store = new Store();
    final Approvals approvals = Approvals.inMemory();

    // spotless:off

    ToolCallExecutor asking(Mail mail) {
        // example: desk
        ApprovalInterceptor desk = ApprovalInterceptor.builder(call -> {
                    mail.ask(call.roundId(), call.index(), call.call());     // the name of the question, and what it is about
                    return CompletableFuture.completedFuture(Approval.pending("the approval of the account's owner"));
                })
                .approvals(approvals)                                        // what need not be asked again
                .build();
        ToolCallExecutor executor = ToolCallExecutor.builder().interceptor(desk).build();
        // end
        return executor;
    }

    static ToolDefinition printer(PrintShop shop) {
        // example: job
        ToolDefinition print = ToolDefinition.of("print", Effects.writes("printer"), call -> {
            throw new CallPendingException("job " + shop.order(call.arguments()) + " of the print shop");
        });
        // end
        return print;
    }

    List<CallResult> execute(ToolCallExecutor executor, List<ToolCall> calls, ToolSet tools) {
        List<CallResult> results = List.of();
        // example: keep
        try {
            results = executor.execute(calls, tools);
        } catch (RoundSuspendedException suspended) {
            store.put(suspended.round().id(), suspended.round().toJson());
        }
        // end
        return results;
    }

    List<CallResult> resume(ToolCallExecutor executor, String id, JsonNode lessMoney, ToolSet tools) {
        List<CallResult> results;
        // example: resume
        SuspendedRound round = SuspendedRound.fromJson(store.get(id));
        Map<Integer, Decision> decisions = Map.of(
                1, Decision.approved(),
                2, Decision.approvedWith(lessMoney),
                3, Decision.refused("the account is closed"));
        results = executor.resume(round, decisions, tools);
        // end
        return results;
    }

    // spotless:on
}
