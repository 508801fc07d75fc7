package dev.interlock.langchain4j;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.interlock.langchain4j.OpenAiServer.WireResult;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LangChain4j's own client of OpenAI's streaming API, over HTTP. */
@Timeout(60)
class OpenAiStreamingWireTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final WireCall LOOK = new WireCall("call_1", "look", "{\"shelf\": \"A 1\"}");
    private static final WireCall HANG = new WireCall("call_2", "hang", "{}");
    private static final WireCall PUT = new WireCall("call_3", "put", "{\"shelf\": \"A 1\", \"thing\": \"book\"}");

    static class Shop {
        final CountDownLatch looked = new CountDownLatch(1);
        final CountDownLatch hanging = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CountDownLatch hung = new CountDownLatch(1);
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        @Reads("shelf/{shelf}")
        String look(@P(name = "shelf") String shelf) {
            log.add("look " + shelf);
            looked.countDown();
            return "nothing on " + shelf;
        }

        @Tool
        @Reads("weather")
        String hang() throws InterruptedException {
            hanging.countDown();
            try {
                Waiting.await(mayEnd);
                log.add("hang");
                return "sunny";
            } finally {
                hung.countDown();
            }
        }

        @Tool
        @Writes("shelf/{shelf}")
        String put(@P(name = "shelf") String shelf, @P(name = "thing") String thing) {
            log.add("put " + thing);
            return "put " + thing + " on " + shelf;
        }
    }

    private final Shop shop = new Shop();
    private final ChatMemory memory = Memory.ofManyMessages();

    private static StreamingChatModel model(String baseUrl) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(baseUrl)
                .apiKey("no-key-needed")
                .modelName("gpt-4.1-mini")
                .build();
    }

    private StreamingAssistant assistant(AiServices<StreamingAssistant> services, String baseUrl) {
        return services.streamingChatModel(model(baseUrl))
                .chatMemory(memory)
                .tools(shop)
                .build();
    }

    private StreamingAssistant assistant(SseServer server) {
        return assistant(Waiting.patientTools().build().aiServices(StreamingAssistant.class), server.baseUrl());
    }

    private static List<WireResult> results(String body) {
        List<WireResult> results = new ArrayList<>();
        try {
            for (JsonNode message : JSON.readTree(body).path("messages")) {
                if (message.path("role").asText().equals("tool")) {
                    results.add(new WireResult(
                            message.path("tool_call_id").asText(),
                            message.path("content").asText()));
                }
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError("the request is no JSON", e);
        }
        return results;
    }

    @Test
    void tools_run_while_the_model_still_writes_and_their_results_go_back_in_order() throws Exception {
        try (SseServer server = SseServer.serving(
                connection -> {
                    connection.send(OpenAiEvents.call(0, LOOK));
                    List<String> hang = OpenAiEvents.call(1, HANG);
                    connection.send(hang.subList(0, 1));
                    // A call is complete when the next begins.
                    Waiting.await(shop.looked);
                    connection.send(hang.subList(1, hang.size()));
                    connection.send(OpenAiEvents.call(2, PUT));
                    Waiting.await(shop.hanging);
                    shop.mayEnd.countDown();
                    connection.send(OpenAiEvents.endOfCalls());
                },
                connection -> connection.send(OpenAiEvents.calls(new WireCall("call_4", "look", LOOK.arguments()))),
                connection -> connection.send(OpenAiEvents.text("all is done")))) {
            List<String> heard = new CopyOnWriteArrayList<>();

            StreamedAnswer answer =
                    StreamedAnswer.to(assistant(server).chat("go").onPartialResponse(heard::add));

            assertThat(answer.text()).isEqualTo("all is done");
            assertThat(String.join("", heard)).isEqualTo("all is done");
            assertThat(server.failures()).isEmpty();
            assertThat(results(server.bodies().get(1)))
                    .containsExactly(
                            new WireResult("call_1", "nothing on A 1"),
                            new WireResult("call_2", "sunny"),
                            new WireResult("call_3", "put book on A 1"));
            assertThat(results(server.bodies().get(2)))
                    .hasSize(4)
                    .last()
                    .isEqualTo(new WireResult("call_4", "nothing on A 1"));
            assertThat(shop.log.indexOf("look A 1")).isLessThan(shop.log.indexOf("put book"));
            assertThat(Memory.types(memory))
                    .containsExactly(
                            USER,
                            AI,
                            TOOL_EXECUTION_RESULT,
                            TOOL_EXECUTION_RESULT,
                            TOOL_EXECUTION_RESULT,
                            AI,
                            TOOL_EXECUTION_RESULT,
                            AI);
        }
    }

    @Test
    void connection_that_breaks_in_the_middle_ends_what_was_started() throws Exception {
        try (SseServer server = SseServer.serving(
                connection -> {
                    connection.send(OpenAiEvents.call(0, HANG));
                    connection.send(OpenAiEvents.call(1, PUT).subList(0, 1));
                    Waiting.await(shop.hanging);
                    connection.breakOff();
                },
                connection -> connection.send(OpenAiEvents.text("here we are again")))) {
            StreamingAssistant assistant = assistant(server);

            StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go"));

            assertThat(answer.error()).isNotNull();
            assertThat(shop.hung.getCount()).isZero();
            assertThat(shop.log).isEmpty();
            assertThat(Memory.types(memory)).containsExactly(USER);
            assertThat(StreamedAnswer.to(assistant.chat("still there?")).text()).isEqualTo("here we are again");
            assertThat(answer.errors()).hasSize(1);
        }
    }

    @Test
    void plain_langchain4j_runs_the_call_that_was_cut_off_without_arguments_and_asks_again() throws Exception {
        CountDownLatch askedAgain = new CountDownLatch(1);
        try (SseServer server = SseServer.serving(
                connection -> {
                    connection.send(OpenAiEvents.call(0, LOOK));
                    connection.send(OpenAiEvents.call(1, PUT).subList(0, 1));
                    Waiting.await(shop.looked);
                    connection.breakOff();
                },
                connection -> {
                    askedAgain.countDown();
                    connection.send(OpenAiEvents.text("never mind"));
                })) {
            AiServices<StreamingAssistant> plain =
                    AiServices.builder(StreamingAssistant.class).executeToolsConcurrently(Runnable::run);

            StreamedAnswer answer =
                    StreamedAnswer.to(assistant(plain, server.baseUrl()).chat("go"));

            Waiting.await(askedAgain);
            assertThat(answer.errors()).hasSize(1);
            assertThat(shop.log).containsExactly("look A 1", "put null");
        }
    }

    @Test
    void user_who_cancels_the_stream_ends_what_runs() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicReference<StreamingHandle> handle = new AtomicReference<>();
        try (SseServer server = SseServer.serving(connection -> {
            connection.send(OpenAiEvents.call(0, HANG));
            connection.send(OpenAiEvents.call(1, PUT));
            Waiting.await(cancelled);
            connection.send(OpenAiEvents.endOfCalls());
        })) {
            StreamedAnswer answer = StreamedAnswer.to(assistant(server)
                    .chat("go")
                    .onPartialToolCallWithContext((part, context) -> handle.set(context.streamingHandle())));
            Waiting.await(shop.hanging);

            handle.get().cancel();

            Waiting.await(shop.hung);
            cancelled.countDown();
            assertThat(shop.log).isEmpty();
            assertThat(answer.answers()).isEmpty();
            assertThat(server.bodies()).hasSize(1);
        }
    }

    @Test
    void recorded_events_through_wiremock_two_rounds_and_an_answer() throws InterruptedException {
        WireMockServer server = new WireMockServer(
                WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
        server.start();
        try {
            shop.mayEnd.countDown();
            stub(server, Scenario.STARTED, "second", OpenAiEvents.calls(LOOK, HANG, PUT));
            stub(server, "second", "third", OpenAiEvents.calls(new WireCall("call_4", "look", LOOK.arguments())));
            stub(server, "third", "over", OpenAiEvents.text("all is done"));

            StreamedAnswer answer = StreamedAnswer.to(assistant(
                            ParallelTools.builder().build().aiServices(StreamingAssistant.class),
                            "http://127.0.0.1:" + server.port() + "/v1")
                    .chat("go"));

            assertThat(answer.text()).isEqualTo("all is done");
            server.verify(
                    3,
                    postRequestedFor(urlPathEqualTo("/v1/chat/completions"))
                            .withRequestBody(matchingJsonPath("$.stream", equalTo("true"))));
            assertThat(Memory.resultTexts(memory))
                    .containsExactly("nothing on A 1", "sunny", "put book on A 1", "nothing on A 1");
        } finally {
            server.stop();
        }
    }

    private static void stub(WireMockServer server, String state, String next, List<String> events) {
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions"))
                .inScenario("conversation")
                .whenScenarioStateIs(state)
                .willSetStateTo(next)
                .willReturn(aResponse()
                        .withHeader("Content-Type", "text/event-stream")
                        .withBody(OpenAiEvents.body(events))
                        .withChunkedDribbleDelay(10, 50)));
    }
}
