package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.Decision;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners are told of an AI service's rounds. */
@Timeout(60)
class ListenerTest {

    private final List<RoundEvent> events = new CopyOnWriteArrayList<>();
    private final Rounds rounds = new Rounds();
    private final List<AiServiceTool> tools =
            List.of(tool("read", request -> "read"), tool("write", request -> "written"), tool("fail", request -> {
                throw new IllegalStateException("broken");
            }));

    private static ParallelTools.Builder declaring() {
        return ParallelTools.builder()
                .effects("read", Effects.reads("account/{id}"))
                .effects("write", Effects.writes("account/{id}"))
                .effects("fail", Effects.pure());
    }

    @Test
    void end_of_a_round_comes_with_its_plan_and_results() {
        OneRound.served(
                declaring().listener(rounds).build(),
                tools,
                call("1", "write", "{\"id\": \"7\"}"),
                call("2", "read", "{\"id\": \"7\"}"),
                call("3", "fail", "{}"),
                call("4", "divine", "{}"));

        RoundReport report = rounds.reports().get(0);
        assertThat(rounds.reports()).hasSize(1);
        assertThat(report.plan().dependencies(1)).singleElement().satisfies(dependency -> {
            assertThat(dependency.earlier()).isZero();
            assertThat(dependency.reason().text(0, 1)).contains("account/7");
        });
        assertThat(report.plan().toMermaid()).contains("c1 -->");
        assertThat(report.results())
                .extracting(result -> result.call().tool())
                .containsExactly("write", "read", "fail", "divine");
        assertThat(report.results()).extracting(CallResult::isSuccess).containsExactly(true, true, false, false);
        assertThat(report.results().get(2).outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(report.results().get(2).outcome().message()).isEqualTo("broken");
        assertThat(report.results()).extracting(CallResult::attempts).containsOnly(1);
        assertThat(report.results()).extracting(CallResult::thread).doesNotContain(ThreadKind.NONE);
        assertThat(report.timeline().lines()).hasSize(4);
        assertThat(report.end()).isAfterOrEqualTo(report.start());
    }

    @Test
    void each_round_begins_and_ends_once_and_so_does_each_call() {
        OneRound.served(
                declaring().listener(events::add).build(),
                tools,
                call("1", "read", "{\"id\": \"7\"}"),
                call("2", "read", "{\"id\": \"8\"}"));

        assertThat(events).element(0).isInstanceOf(RoundEvent.RoundStarted.class);
        assertThat(events).last().isInstanceOf(RoundEvent.RoundEnded.class);
        assertThat(events).filteredOn(RoundEvent.CallStarted.class::isInstance).hasSize(2);
        assertThat(events).filteredOn(RoundEvent.CallEnded.class::isInstance).hasSize(2);
        assertThat(events)
                .extracting(RoundEvent::round)
                .containsOnly(events.get(0).round());
    }

    @Test
    void throwing_listener_is_harmless_and_others_are_told_all_the_same() {
        ParallelTools parallel = declaring()
                .listener(event -> {
                    throw new IllegalStateException("a listener's bug");
                })
                .listener(event -> {
                    throw new AssertionError("another's");
                })
                .listener(rounds)
                .build();

        for (List<ToolExecutionResultMessage> results : OneRound.bothWays(
                parallel,
                tools,
                call("1", "read", "{\"id\": \"7\"}"),
                call("2", "write", "{\"id\": \"7\"}"),
                call("3", "write", "{\"id\": \"8\"}"))) {
            assertThat(results)
                    .extracting(ToolExecutionResultMessage::text)
                    .containsExactly("read", "written", "written");
        }
        assertThat(rounds.reports()).hasSize(2);
    }

    @Test
    void listener_that_interrupts_a_calls_thread_does_not_harm_the_others() {
        ParallelTools parallel = declaring()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded
                            && Thread.currentThread().isVirtual()) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build();

        assertThat(OneRound.served(
                        parallel,
                        tools,
                        call("1", "read", "{\"id\": \"7\"}"),
                        call("2", "read", "{\"id\": \"8\"}"),
                        call("3", "read", "{\"id\": \"9\"}")))
                .extracting(ToolExecutionResultMessage::text)
                .containsOnly("read");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void both_parts_of_a_suspended_round_are_heard_of() {
        PayDesk desk = new PayDesk();
        ParallelTools first = PayDesk.waiting().listener(rounds).build();
        SuspendedInvocation suspended = SuspendedFixture.suspended(
                () -> first.execute(calls(SuspendedFixture.LOOK, SuspendedFixture.PAY), first.tools(desk)));
        Rounds later = new Rounds();
        ParallelTools second = PayDesk.waiting().listener(later).build();

        second.resume(suspended, Map.of(1, Decision.approved()), second.tools(desk));

        assertThat(rounds.reports()).hasSize(1);
        assertThat(later.reports())
                .singleElement()
                .satisfies(report -> assertThat(report.results()).hasSize(2).allMatch(CallResult::isSuccess));
    }
}
