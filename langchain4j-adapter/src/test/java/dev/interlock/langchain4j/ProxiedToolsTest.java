package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Exclusive;
import dev.interlock.effect.Idempotent;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that stand before others: a generated subclass, as CGLIB makes it, and a proxy of the JDK. */
@Timeout(60)
class ProxiedToolsTest {

    private static final ToolExecutionRequest READ = call("1", "balance", "{\"id\": \"42\"}");
    private static final ToolExecutionRequest WRITE = call("2", "pay", "{\"id\": \"42\", \"amount\": 5}");
    private static final ToolExecutionRequest FAIL = call("3", "fail", "{}");

    private static final List<String> AROUND = new CopyOnWriteArrayList<>();
    private static final List<String> UNDONE = new CopyOnWriteArrayList<>();

    ProxiedToolsTest() {
        AROUND.clear();
        UNDONE.clear();
    }

    @Exclusive("session")
    static class Bank {
        @Tool("what is there")
        @Reads("account/{id}")
        public String balance(@P(name = "id") String id) {
            return "balance of " + id;
        }

        @Tool
        @Writes("account/{id}")
        @Idempotent
        protected String pay(@P(name = "id") String id, @P(name = "amount") int amount) {
            return "paid " + amount + " from " + id;
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        String hand(@P(name = "id") String id) {
            return "handed " + id;
        }

        @Tool
        @Writes("account")
        public String fail() {
            throw new IllegalStateException("broken");
        }

        @CompensateFor("pay")
        public void undo(String id, int amount) {
            UNDONE.add("paid " + amount + " back to " + id);
        }

        public String noTool() {
            return "";
        }
    }

    /** As CGLIB writes one: no annotation is repeated. */
    static class Bank$$SpringCGLIB$$0 extends Bank {
        @Override
        public String balance(String id) {
            AROUND.add("balance");
            return super.balance(id);
        }

        @Override
        protected String pay(String id, int amount) {
            AROUND.add("pay");
            return super.pay(id, amount);
        }

        @Override
        String hand(String id) {
            AROUND.add("hand");
            return super.hand(id);
        }

        @Override
        public String fail() {
            AROUND.add("fail");
            return super.fail();
        }

        @Override
        public void undo(String id, int amount) {
            AROUND.add("undo");
            super.undo(id, amount);
        }
    }

    /** Written by hand: all tools of its superclass are overridden, so that LangChain4j finds none. */
    static class Guarded extends Bank {
        @Override
        public String balance(String id) {
            AROUND.add("balance");
            return super.balance(id);
        }

        @Override
        protected String pay(String id, int amount) {
            return super.pay(id, amount);
        }

        @Override
        String hand(String id) {
            return super.hand(id);
        }

        @Override
        public String fail() {
            return super.fail();
        }
    }

    /** It takes a tool away, and has others: that is its author's will. */
    static class Narrowed extends Bank {
        @Override
        public String balance(String id) {
            return "none";
        }
    }

    interface Shop {
        @Tool
        @Reads("stock/{item}")
        String stock(@P(name = "item") String item);
    }

    interface Orders<T> {
        String order(T what);

        String cancel(String number);
    }

    static class OrderTools implements Orders<String> {
        @Override
        @Tool
        @Writes("order/{what}")
        public String order(@P(name = "what") String what) {
            return "ordered " + what;
        }

        @Override
        @Tool
        @Writes("order/{number}")
        public String cancel(@P(name = "number") String number) {
            return "cancelled " + number;
        }
    }

    static class MoreTools extends OrderTools {
        @Tool
        public String hidden() {
            return "";
        }
    }

    private static <T> T proxy(Class<T> type, Object target, Class<?>... more) {
        Class<?>[] types = new Class<?>[more.length + 1];
        types[0] = type;
        System.arraycopy(more, 0, types, 1, more.length);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), types, (self, method, arguments) -> {
            AROUND.add(method.getName());
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static List<String> told(Object tools, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .build()
                .chat("go");
        return model.resultTexts();
    }

    private static List<String> accesses(List<AiServiceTool> tools, ToolExecutionRequest... requests) {
        return ParallelTools.builder().build().plan(ScriptedChatModel.calls(requests), tools).calls().stream()
                .map(PlannedCall::accesses)
                .map(Object::toString)
                .toList();
    }

    @Test
    void tools_of_a_generated_subclass_are_those_of_the_class_behind_and_go_through_it() {
        assertThat(told(new Bank$$SpringCGLIB$$0(), READ, WRITE)).containsExactly("balance of 42", "paid 5 from 42");
        assertThat(AROUND).containsExactlyInAnyOrder("balance", "pay");
    }

    @Test
    void its_effects_names_and_behaviours_are_those_of_the_class_behind() {
        ParallelTools parallel = ParallelTools.builder().build();
        List<AiServiceTool> plain = parallel.tools(new Bank());
        List<AiServiceTool> proxied = parallel.tools(new Bank$$SpringCGLIB$$0());
        assertThat(proxied)
                .extracting(AiServiceTool::toolSpecification)
                .containsExactlyInAnyOrderElementsOf(
                        plain.stream().map(AiServiceTool::toolSpecification).toList());
        assertThat(proxied)
                .filteredOn(tool -> tool.name().equals("hand"))
                .extracting(AiServiceTool::returnBehavior)
                .containsExactly(ReturnBehavior.IMMEDIATE);
        assertThat(accesses(proxied, READ, WRITE))
                .isEqualTo(accesses(plain, READ, WRITE))
                .first()
                .asString()
                .contains("account/42", "session");
    }

    @Test
    void a_failure_of_the_class_behind_is_the_tools() {
        assertThat(told(new Bank$$SpringCGLIB$$0(), FAIL)).containsExactly("broken");
    }

    @Test
    void what_undoes_a_call_goes_through_it_too() {
        ScriptedChatModel model = ScriptedChatModel.asking(WRITE, FAIL);
        ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(new Bank$$SpringCGLIB$$0())
                .compensateOnToolErrors(true)
                .build()
                .chat("go");
        assertThat(UNDONE).containsExactly("paid 5 back to 42");
        assertThat(AROUND).contains("undo");
    }

    @Test
    void a_subclass_that_hides_all_tools_shows_those_of_its_superclass() {
        assertThat(told(new Guarded(), READ)).containsExactly("balance of 42");
        assertThat(AROUND).containsExactly("balance");
    }

    @Test
    void a_subclass_that_has_tools_left_is_taken_as_langchain4j_takes_it() {
        // From 1.23 on it finds those of the superclass, too.
        List<String> own = ToolService.findTools(new Narrowed()).stream()
                .map(AiServiceTool::name)
                .toList();
        assertThat(own).contains("pay", "hand", "fail");
        assertThat(ParallelTools.builder().build().tools(new Narrowed()))
                .extracting(AiServiceTool::name)
                .containsExactlyInAnyOrderElementsOf(own);
    }

    @Test
    void tools_of_a_proxy_of_the_jdk_are_those_of_its_interfaces() {
        Shop shop = proxy(Shop.class, (Shop) item -> "3 of " + item);
        ToolExecutionRequest stock = call("1", "stock", "{\"item\": \"tea\"}");
        assertThat(told(shop, stock)).containsExactly("3 of tea");
        assertThat(AROUND).containsExactly("stock");
        assertThat(accesses(ParallelTools.builder().build().tools(shop), stock))
                .first()
                .asString()
                .contains("stock/tea");
    }

    @Test
    void the_class_behind_a_proxy_of_the_jdk_can_be_given() {
        Object orders = proxy(Orders.class, new OrderTools());
        ParallelTools parallel = ParallelTools.builder().build();
        List<AiServiceTool> tools = parallel.tools(orders, OrderTools.class);
        ToolExecutionRequest order = call("1", "order", "{\"what\": \"tea\"}");
        assertThat(parallel.execute(ScriptedChatModel.calls(order), tools))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("ordered tea");
        assertThat(AROUND).containsExactly("order");
        assertThat(accesses(tools, order)).first().asString().contains("order/tea");
    }

    @Test
    void a_proxy_without_tools_says_what_can_be_done() {
        Object orders = proxy(Orders.class, new OrderTools());
        for (ThrowingCallable way : List.<ThrowingCallable>of(
                () -> ParallelTools.builder().build().tools(orders), () -> told(orders, READ))) {
            assertThatThrownBy(way)
                    .isInstanceOf(IllegalConfigurationException.class)
                    .hasMessageContaining("is a proxy, and no method of its interfaces is annotated with @Tool: "
                            + Orders.class.getName())
                    .hasMessageContaining("ParallelTools.tools(object, class)");
        }
    }

    @Test
    void a_tool_that_a_proxy_does_not_have_is_named() {
        Object orders = proxy(Orders.class, new MoreTools());
        assertThatThrownBy(() -> ParallelTools.builder().build().tools(orders, MoreTools.class))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("MoreTools.hidden' cannot be called through an object of class");
    }

    static class Wrong {
        @Tool
        @Reads("account/{missing}")
        String read(@P(name = "id") String id) {
            return id;
        }
    }

    @Test
    void mistakes_in_effects_show_when_the_tools_are_made() {
        assertThatThrownBy(() -> ParallelTools.builder().build().tools(new Wrong()))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("takes {missing}, but the parameters are [id]");
    }

    @Test
    void objects_without_tools_are_rejected_as_by_langchain4j() {
        assertThatThrownBy(() -> ParallelTools.builder().build().tools(new Object()))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("does not have any methods annotated with @Tool");
    }
}
