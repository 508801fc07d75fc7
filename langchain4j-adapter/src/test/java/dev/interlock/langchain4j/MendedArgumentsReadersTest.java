package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What else looks at arguments that were mended: references and interceptors. */
@Timeout(120)
class MendedArgumentsReadersTest extends MendedArgumentsFixture {

    @ParameterizedTest
    @EnumSource(names = "STREAMED_TASK", mode = EnumSource.Mode.EXCLUDE)
    void references_are_found_in_what_was_mended(Way way) throws Exception {
        List<ToolExecutionResultMessage> results = way.run(
                parallel -> parallel.chaining(true)
                        .effects("lenient", Effects.reads("a"))
                        .effects("coded", Effects.reads("b")),
                tools(),
                call("1", "lenient", "{\"name\":\"passwd\",}"),
                call("2", "coded", "{\"path\":\"/etc/${1.name}\",}"));

        assertThat(results.get(1).text()).isEqualTo("the text of /etc/passwd");
    }

    @ParameterizedTest
    @EnumSource
    void later_interceptors_and_the_tool_see_only_what_was_changed(Way way) throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        for (String name : List.of("annotated", "simple", "coded")) {
            way.run(
                    parallel -> parallel.interceptor(call -> call.proceed(new ToolCall(
                                    call.call().id(),
                                    call.call().tool(),
                                    JSON.createObjectNode().put("path", "/home/ann"))))
                            .interceptor(call -> {
                                seen.add(call.call().arguments().toString());
                                return call.proceed();
                            })
                            .effects(name, Effects.reads("file")),
                    tools(),
                    call("1", name, MENDED.get(0)));
        }

        assertThat(seen).hasSize(3).containsOnly("{\"path\":\"/home/ann\"}");
        assertThat(ran).hasSize(3).containsOnly("/home/ann");
    }

    @ParameterizedTest
    @EnumSource
    void interceptor_that_makes_something_else_of_the_arguments_runs_nothing(Way way) throws Exception {
        for (String name : List.of("annotated", "simple", "lenient")) {
            for (String changed : List.of("[]", "not json", "7")) {
                List<ToolExecutionResultMessage> results = way.run(
                        parallel -> parallel.interceptor(call -> call.proceed(
                                        ToolCall.parse(null, call.call().tool(), changed)))
                                .effects(name, Effects.exclusive()),
                        tools(),
                        call("1", name, "{\"path\":\"/home/ann\"}"));

                assertThat(results)
                        .singleElement()
                        .satisfies(result -> assertThat(result.text()).contains("something other than a JSON object"));
            }
        }
        assertThat(ran).isEmpty();
    }
}
