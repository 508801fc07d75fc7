package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Reads;
import dev.interlock.footprint.Audit;
import dev.interlock.footprint.CallFootprint;
import dev.interlock.footprint.Footprint;
import dev.interlock.footprint.FootprintListener;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What tools of an AI service touch. */
@Timeout(60)
class FootprintsTest {

    private final List<CallFootprint> footprints = new CopyOnWriteArrayList<>();
    private final FootprintListener listener = footprints::add;

    private final List<AiServiceTool> tools = List.of(
            tool("look", request -> {
                Footprint.read("orders/7");
                return "found";
            }),
            tool("ship", request -> {
                Footprint.write("orders/7");
                return "shipped";
            }),
            tool("fail", request -> {
                Footprint.write("orders/8");
                throw new IllegalStateException("broken");
            }));

    private static ParallelTools.Builder declaring() {
        return ParallelTools.builder()
                .effects("look", Effects.reads("orders/{id}"))
                .effects("ship", Effects.reads("orders/{id}"))
                .effects("fail", Effects.writes("orders/{id}"));
    }

    private List<Access> touched(String tool) {
        return footprints.stream()
                .filter(footprint -> footprint.call().tool().equals(tool))
                .flatMap(footprint -> footprint.accesses().stream())
                .toList();
    }

    @Test
    void a_service_and_a_hand_written_loop_are_watched() {
        ParallelTools parallel = declaring().footprints(listener).build();
        OneRound.bothWays(
                parallel,
                tools,
                call("1", "look", "{\"id\": 7}"),
                call("2", "ship", "{\"id\": 7}"),
                call("3", "fail", "{}"));
        assertThat(touched("look")).containsExactly(Access.read("orders/7"), Access.read("orders/7"));
        assertThat(touched("ship")).containsExactly(Access.write("orders/7"), Access.write("orders/7"));
        assertThat(footprints)
                .filteredOn(footprint -> footprint.call().tool().equals("fail"))
                .hasSize(2)
                .noneMatch(footprint -> footprint.outcome().isSuccess());
    }

    @Test
    void in_tests_a_call_fails_whose_effects_do_not_cover_it() {
        ParallelTools parallel = declaring().audit(Audit.FAIL).build();
        for (List<ToolExecutionResultMessage> results : OneRound.bothWays(
                parallel, tools, call("1", "look", "{\"id\": 7}"), call("2", "ship", "{\"id\": 7}"))) {
            assertThat(results.get(0).text()).isEqualTo("found");
            assertThat(results.get(1).isError()).isTrue();
            assertThat(results.get(1).text())
                    .contains("tool 'ship' (call '2') writes orders/7, which its effects do not cover")
                    .endsWith(".effects(\"ship\", Effects.writes(\"orders/{id}\"))");
        }
        assertThat(parallel.auditReport().isCovered()).isFalse();
    }

    @Test
    void in_production_its_result_stays() {
        ParallelTools parallel = declaring().audit(Audit.REPORT).build();
        assertThat(OneRound.served(parallel, tools, call("1", "ship", "{\"id\": 7}"))
                        .get(0)
                        .text())
                .isEqualTo("shipped");
        assertThat(parallel.auditReport().tools())
                .singleElement()
                .satisfies(tool -> assertThat(tool.uncovered()).containsExactly("writes orders/{id}"));
    }

    /** Tools with annotations. */
    static final class Desk {
        @Tool
        @Reads("orders/{id}")
        String look(@P(name = "id", value = "of an order") String id) {
            Footprint.read("orders/" + id);
            return "found " + id;
        }
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void calls_that_start_while_the_response_is_streamed_are_watched(StreamingWay way) throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(call("1", "look", "{\"id\": \"1\"}"));
                    stream.call(call("2", "look", "{\"id\": \"2\"}"));
                    stream.end(call("1", "look", "{\"id\": \"1\"}"), call("2", "look", "{\"id\": \"2\"}"));
                },
                says("done"));
        assertThat(way.run(
                                settings -> settings.footprints(listener)
                                        .audit(Audit.FAIL)
                                        .earlyStart(EarlyStart.ALL),
                                model,
                                new Desk(),
                                MessageWindowChatMemory.withMaxMessages(20))
                        .answer())
                .isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("found 1", "found 2");
        assertThat(footprints)
                .extracting(CallFootprint::accesses)
                .containsExactlyInAnyOrder(List.of(Access.read("orders/1")), List.of(Access.read("orders/2")));
    }

    @Test
    void a_tool_that_asks_a_service_touches_what_the_services_tools_touch() {
        ParallelTools inner = ParallelTools.builder().build();
        AiServiceTool asks = tool("ask", request -> {
            OneRound.served(inner, tools, call("1", "look", "{\"id\": 7}"), call("2", "fail", "{}"));
            Footprint.read("after");
            return "asked";
        });
        OneRound.served(
                ParallelTools.builder()
                        .effects("ask", Effects.writes("orders"))
                        .footprints(listener)
                        .build(),
                List.of(asks),
                call("1", "ask", "{}"));
        assertThat(touched("ask"))
                .containsExactlyInAnyOrder(Access.read("orders/7"), Access.write("orders/8"), Access.read("after"));
    }
}
