package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of one conversation have their turns, and cannot wait for themselves. */
@Timeout(120)
class TaskAgentConversationsTest extends MisbehavingModels {

    private static List<String> userTexts(List<ChatMessage> messages) {
        return messages.stream()
                .filter(UserMessage.class::isInstance)
                .map(message -> ((UserMessage) message).singleText())
                .toList();
    }

    /** Each request is recorded; the first waits until it is released. */
    private ChatModel holdingTheFirst(List<List<String>> asked) {
        return model(request -> {
            asked.add(userTexts(request.messages()));
            if (asked.size() == 1) {
                hanging.countDown();
                Waiting.await(released);
            }
            return says("done");
        });
    }

    @Test
    void tasks_of_one_conversation_are_executed_one_after_another() throws Exception {
        List<List<String>> asked = new CopyOnWriteArrayList<>();
        TaskAgent agent = TaskAgent.builder().chatModel(holdingTheFirst(asked)).build();

        CompletableFuture<TaskResult> one = agent.executeAsync("one", "ada");
        Waiting.await(hanging);
        CompletableFuture<TaskResult> two = agent.executeAsync("two", "ada");
        CompletableFuture<TaskResult> three = agent.executeAsync("three", "ada");
        assertThat(agent.execute("elsewhere", "bob").isAnswered()).isTrue();
        released.countDown();

        assertThat(one.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(three.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(two.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(asked)
                .containsExactly(
                        List.of("one"), List.of("elsewhere"), List.of("one", "two"), List.of("one", "two", "three"));
    }

    @Test
    void a_task_that_is_cancelled_while_it_waits_for_its_turn_leaves_the_others_theirs() throws Exception {
        List<List<String>> asked = new CopyOnWriteArrayList<>();
        TaskAgent agent = TaskAgent.builder().chatModel(holdingTheFirst(asked)).build();
        CompletableFuture<TaskResult> one = agent.executeAsync("one", "ada");
        Waiting.await(hanging);
        Caller two = Caller.of(() -> agent.execute("two", "ada"));
        two.interrupt();
        assertThat(result(two).end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(two.interruptFlag()).isTrue();

        CompletableFuture<TaskResult> three = agent.executeAsync("three", "ada");
        assertThat(asked).hasSize(1);
        released.countDown();

        assertThat(one.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(three.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(asked).containsExactly(List.of("one"), List.of("one", "three"));
    }

    @Test
    void a_task_that_was_cancelled_is_followed_by_the_next_of_its_conversation() {
        List<List<String>> asked = new CopyOnWriteArrayList<>();
        TaskAgent agent = TaskAgent.builder().chatModel(holdingTheFirst(asked)).build();
        CompletableFuture<TaskResult> one = agent.executeAsync("one", "ada");
        await().until(() -> hanging.getCount() == 0);

        one.cancel(true);

        assertThat(agent.execute("two", "ada").answer()).isEqualTo("done");
    }

    @Test
    void a_tool_cannot_wait_for_the_conversation_that_waits_for_it() {
        AtomicReference<TaskAgent> agent = new AtomicReference<>();
        var again = CodedTool.tool("again", request -> {
            TaskAgent same = Objects.requireNonNull(agent.get());
            return same.execute("inner", "bob").end() + " " + same.execute("inner", "ada");
        });
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "again", "{}")), AiMessage.from("inner done"), AiMessage.from("done"));
        agent.set(TaskAgent.builder()
                .chatModel(model)
                .tools(Map.of(again.toolSpecification(), again.toolExecutor()))
                .timeout(LONG)
                .build());

        TaskResult result = Objects.requireNonNull(agent.get()).execute("outer", "ada");

        assertThat(result.answer()).isEqualTo("done");
        assertThat(result.failedCalls().get(0).outcome().message())
                .contains("conversation 'ada' waits for the tool call that asks for this task, so the task would"
                        + " never begin");
    }

    @Test
    void a_listener_may_go_on_with_the_conversation_at_the_end_of_a_task() {
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("one done"), AiMessage.from("two done"));
        AtomicReference<TaskAgent> agent = new AtomicReference<>();
        List<TaskResult> next = new CopyOnWriteArrayList<>();
        agent.set(TaskAgent.builder()
                .chatModel(model)
                .listener(event -> {
                    if (event instanceof TaskEvent.TaskEnded && model.requests().size() == 1) {
                        next.add(Objects.requireNonNull(agent.get()).execute("two", "ada"));
                    }
                })
                .build());

        Objects.requireNonNull(agent.get()).execute("one", "ada");

        assertThat(next).extracting(TaskResult::answer).containsExactly("two done");
    }

    @Test
    void tools_of_two_conversations_that_would_wait_for_each_other_do_not() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicReference<TaskAgent> agent = new AtomicReference<>();
        var delegate = CodedTool.tool("delegate", request -> {
            both.await();
            String other = request.arguments().contains("bob") ? "bob" : "ada";
            return Objects.requireNonNull(agent.get()).execute("inner", other).end() + "";
        });
        agent.set(TaskAgent.builder()
                .chatModel(model(request -> {
                    List<String> said = userTexts(request.messages());
                    String task = said.get(said.size() - 1);
                    boolean goesOn = request.messages().get(request.messages().size() - 1) instanceof UserMessage;
                    return goesOn && !task.equals("inner")
                            ? ChatResponse.builder()
                                    .aiMessage(calls(call("1", "delegate", "{\"id\":\"" + task + "\"}")))
                                    .build()
                            : says("done");
                }))
                .tools(Map.of(delegate.toolSpecification(), delegate.toolExecutor()))
                .build());

        CompletableFuture<TaskResult> one = Objects.requireNonNull(agent.get()).executeAsync("bob", "ada");
        CompletableFuture<TaskResult> two = Objects.requireNonNull(agent.get()).executeAsync("ada", "bob");

        List<TaskResult> results = List.of(one.get(30, TimeUnit.SECONDS), two.get(30, TimeUnit.SECONDS));
        assertThat(results).extracting(TaskResult::answer).containsExactly("done", "done");
        assertThat(results).flatExtracting(TaskResult::failedCalls).hasSize(1);
    }
}
