package dev.interlock.langchain4j.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallAsTextTest {

    private final CallAsText calls = new CallAsText(List.of(
            tool("search", JsonObjectSchema.builder().addStringProperty("q").build()),
            tool("now", null),
            tool(
                    "get-weather",
                    JsonObjectSchema.builder().addStringProperty("city").build()),
            tool("sin", JsonObjectSchema.builder().addNumberProperty("x").build())));

    private static ToolSpecification tool(String name, JsonObjectSchema parameters) {
        return ToolSpecification.builder().name(name).parameters(parameters).build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // JSON
                "{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}",
                "{\"arguments\": {\"q\": \"x\"}, \"name\": \"search\"}",
                "{\"name\": \"search\", \"parameters\": {\"q\": \"x\"}}",
                "{\"tool\": \"search\", \"args\": {\"q\": \"x\"}}",
                "{\"tool_name\": \"now\", \"arguments\": {}}",
                "{\"name\": \"now\", \"arguments\": null}",
                "{\"name\": \"search\", \"arguments\": \"{\\\"q\\\": \\\"x\\\"}\"}",
                "{\"action\": \"search\", \"action_input\": \"x\", \"thought\": \"I need it\"}",
                "{\"type\": \"function\", \"name\": \"now\"}",
                "{\"type\": \"function\", \"function\": {\"name\": \"search\", \"arguments\": {\"q\": \"x\"}}}",
                "{\"function_call\": {\"name\": \"search\", \"arguments\": \"{}\"}}",
                "{\"functionCall\": {\"name\": \"search\", \"args\": {\"q\": \"x\"}}}",
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"search\",\"arguments\":\"{}\"}}]}",
                "{\"tool_uses\":[{\"recipient_name\":\"functions.search\",\"parameters\":{\"q\":\"x\"}}]}",
                "{\"search\": {\"q\": \"x\"}}",
                "[{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}, {\"name\":\"now\",\"arguments\":{}}]",
                "{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\n{\"name\":\"now\",\"arguments\":{}}",
                "{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}; {\"name\":\"now\",\"arguments\":{}}",
                "{'name': 'search', 'arguments': {'q': 'x', 'exact': True}}",
                "{\"name\":\"search\",\"arguments\":{\"q\":\"x\",}}",
                "{\"name\":\"search\",\"arguments\":{\"q\":\"py",
                "```json\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\n```",
                "```\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\n```",
                "```json {\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}```",
                "```json\n{\"name\":\"search\",\"arguments\":{}}\n```\n\n```json\n{\"name\":\"now\",\"arguments\":{}}\n```",
                "`{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}`",
                "Tool call: {\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}",
                // marked
                "<tool_call>{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}</tool_call>",
                "<tool_call>\n{\"arguments\": {\"q\": \"x\"}, \"name\": \"search\"}\n</tool_call>",
                "<tool_call>{\"name\": \"now\"}</tool_call><tool_call>{\"name\": \"now\"}</tool_call>",
                "<tool_call>{\"name\":\"search\",\"arguments\":{\"q\":\"p",
                "<tool_call>{\"name\": \"now\"}</tool_call>\n<tool_call>{\"name\":\"search\",\"arguments\":{\"q\":\"p",
                "<tool_call>{\"arguments\": {\"name\": \"x\"}, \"name\": \"search\"}</tool_call><|im_end|>",
                "I will look that up.\n\n<tool_call>\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\n</tool_call>",
                "<tool_call>\n<function=search>\n<parameter=q>\nx\n</parameter>\n</function>\n</tool_call>",
                "<tool_call>search\n<arg_key>q</arg_key>\n<arg_value>x</arg_value>\n</tool_call>",
                "<function=search>{\"q\": \"x\"}</function>",
                "<function_calls>\n<invoke name=\"search\">\n<parameter name=\"q\">x</parameter>\n</invoke>\n"
                        + "</function_calls>",
                "<minimax:tool_call>\n<invoke name=\"search\">\n<parameter name=\"q\">x</parameter>\n</invoke>\n"
                        + "</minimax:tool_call>",
                "<functioncall> {\"name\": \"search\", \"arguments\": '{\"q\": \"x\"}'}",
                "[TOOL_CALLS][{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}]",
                "[TOOL_CALLS] [{\"arguments\":{\"q\":\"x\"},\"name\":\"search\"}]",
                "[TOOL_CALLS]search[ARGS]{\"q\": \"x\"}",
                "[TOOL_CALLS]search{\"q\": \"x\"}",
                "[TOOL_REQUEST]\n{\"name\": \"search\", \"arguments\": {\"q\": \"x\"}}\n[END_TOOL_REQUEST]",
                "<|python_tag|>{\"name\": \"search\", \"parameters\": {\"q\": \"x\"}}",
                "<|python_tag|>search.call(q=\"x\")",
                "<|tool_call_start|>[search(q=\"x\")]<|tool_call_end|>",
                "<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>"
                        + "{\"q\": \"x\"}<|tool_call_end|><|tool_calls_section_end|>",
                "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n{\"q\": \"x\"}\n```"
                        + "<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
                "<|start|>assistant<|channel|>commentary to=functions.search <|constrain|>json<|message|>"
                        + "{\"q\":\"x\"}<|call|>",
                "I'll look that up.\n\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}",
                "I'll look that up.\n```json\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\n```",
                "Let me see\n{\"name\":\"now\",\"arguments\":{}}\n{\"name\":\"search\",\"arguments\":{\"q\":\"p",
                "<tool_code>\nprint(search(q=\"x\"))\n</tool_code>",
                "<TOOLCALL>[{\"name\": \"search\", \"arguments\": {\"q\": \"x\"}}]</TOOLCALL>",
                "<|tool_call>call:search{q:<|\"|>x<|\"|>}<tool_call|>",
                "<start_function_call>call:search{q:<escape>x<escape>}<end_function_call>",
                "Action: ```json\n[{\"tool_name\": \"search\", \"parameters\": {\"q\": \"x\"}}]\n```",
                "functools[{\"name\": \"search\", \"arguments\": {\"q\": \"x\"}}]",
                "Thought: I need it.\nAction: search\nAction Input: {\"q\": \"x\"}",
                // code
                "functions.search({\"q\": \"x\"})",
                "functions.search(x)",
                "[search(q=\"x\")]",
                "[search(q='x (y) \\' z'), now()]",
                "search(q=\"x\")",
                "default_api.search(q=\"x\")",
                "```tool_code\nprint(search(q=\"x\"))\n```",
                "```python\nresult = search(q=\"x\")\n```",
                "await search({ q: \"x\" })",
                "get-weather(city=\"Paris\")",
                "now()",
                "search(q=\"x",
                "search\n{\"q\": \"x\"}",
                "functions.search:0 {\"q\": \"x\"}",
            })
    void a_call_that_is_the_whole_text_or_a_block_at_its_end_is_a_call(String text) {
        assertThat(calls.isCall(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "I found it with search: Python is a language.",
                "search",
                "search: nothing was found",
                "now",
                "42",
                "sin(x)",
                "sin(0.5)",
                "f(x) = sin(x)",
                "To find it, call search(q=\"x\").",
                "search(q=\"x\") finds x.",
                "You can call {\"name\":\"search\",\"arguments\":{\"q\":\"x\"}} yourself.",
                "{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}} is the call that I made.",
                "[{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}] is the call that I made.",
                "A call looks like this:\n\n```json\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\n```\n\nTry it.",
                "A call looks like this:\n\n```json\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\n```",
                "A call looks like this:\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}",
                "It is simple.\n{\"name\":\"search\",\"arguments\":{\"q\":\"x\"}}\nThat is all.",
                "It is simple.\n```json\n{\"name\":\"search\",\"arguments\":{}}\n```\nThat is all.",
                "I found it.\n{\"name\":\"Ada\",\"tool\":\"search\"}",
                "A call looks like this:\n```xml\n<tool_call>{\"name\":\"search\",\"arguments\":{}}</tool_call>\n```",
                "I would write <tool_call>{\"name\":\"search\",\"arguments\":{}}</tool_call>",
                "<tool_call>{\"name\":\"search\",\"arguments\":{}}</tool_call>\nis what a call of search looks like.",
                "<tool_call>{\"name\":\"search\",\"arguments\":{}}</tool_call> (so one would call search)",
                "<tool_call> is the tag for a call of search.",
                "[TOOL_CALLS] is what Mistral writes before a call of search",
                "[TOOL_CALLS]search is the name",
                // other things
                "{\"name\":\"other\",\"arguments\":{\"q\":\"search\"}}",
                "{\"name\":\"Ada\",\"arguments\":\"search\"}",
                "{\"name\":\"search\"}",
                "{\"name\":\"search\",\"description\":\"searches\",\"parameters\":{\"type\":\"object\"}}",
                "{\"type\":\"function\",\"function\":{\"name\":\"search\",\"description\":\"searches\","
                        + "\"parameters\":{}}}",
                "{\"name\":\"search\",\"input\":\"2+2\",\"output\":\"4\"}",
                "{\"search\": {\"results\": []}}",
                "{\"q\": \"search\"}",
                "[1, 2, \"search\"]",
                "[search]",
                "other(q=\"search\")",
                "[other(q=\"search\"), search(q=\"x\")]",
                "```python\nresult = search(q=\"x\")\nprint(result)\n```",
                "```python\ndef find():\n    return search(q=\"x\")\n```",
                "<tool_call>{\"name\":\"other\",\"arguments\":{\"q\":\"search\"}}</tool_call>",
                "<h1>search</h1>",
                "<|channel|>final<|message|>I used search: 42",
                "Thought: I know.\nAction: search\nAction Input: x\nObservation: 42\nFinal Answer: 42",
                "Action: call search and see",
            })
    void what_says_something_about_a_tool_is_no_call(String text) {
        assertThat(calls.isCall(text)).isFalse();
    }

    @Test
    void without_tools_nothing_is_a_call() {
        assertThat(new CallAsText(List.of()).isCall("{\"name\":\"search\",\"arguments\":{}}"))
                .isFalse();
    }

    @Test
    void a_long_text_takes_no_time() {
        String text = "{\"name\":\"search\",\"x\":\"" + "[TOOL_CALLS]\n<tool_call> other search ( ".repeat(100_000);

        assertThat(calls.isCall(text)).isFalse();
        assertThat(calls.isCall("search(".repeat(100_000) + " and so on")).isFalse();
        assertThat(calls.isCall(". _".repeat(100_000) + "search")).isFalse();
        assertThat(calls.isCall("<tool_call>" + ". name ".repeat(100_000) + "search."))
                .isFalse();
    }
}
