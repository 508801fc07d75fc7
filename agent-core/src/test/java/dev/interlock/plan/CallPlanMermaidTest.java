package dev.interlock.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model can write any tool name and a resource can hold any text; the flowchart stays one. What is dangerous inside a
 * quoted label was found out with the parser of Mermaid 11: a quote, a line's end, an entity's {@code #}, tags, a
 * backtick (a Markdown string), two percent signs and a brace (a directive, wherever it stands, to the end of the text
 * if it is not closed) and {@code style:} before an entity (which then loses its semicolon).
 */
class CallPlanMermaidTest {

    private static final String LABEL = "\"((?:[^\"#<>&`%:\\x00-\\x1F]|#\\d+;)*)\"";
    private static final Pattern NODE = Pattern.compile("    c(\\d+)\\[" + LABEL + "]");
    private static final Pattern EDGE = Pattern.compile("    c(\\d+) -->\\|" + LABEL + "\\| c(\\d+)");

    @Test
    void a_plan_is_a_flowchart_with_a_node_a_call_and_a_labelled_edge_a_dependency() {
        CallPlan plan = CallPlan.of(
                List.of(call("pay", Access.write("account/42")), call("now"), call("pay", Access.write("account/42"))));
        assertThat(plan.toMermaid()).isEqualTo("""
                        flowchart TD
                            c1["1 pay"]
                            c2["2 now"]
                            c3["3 pay"]
                            c1 -->|"both write account/42"| c3
                        """);
    }

    @Test
    void an_empty_plan_is_an_empty_flowchart() {
        assertThat(CallPlan.of(List.of()).toMermaid()).isEqualTo("flowchart TD\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "say \"hi\"",
                "two\nlines",
                "a\r\n\tb\u0000\u007f",
                "a[b](c){d}<e>",
                "\"]; c9[\"x",
                "`code`",
                "#quot;",
                "#35;",
                "&quot;",
                "<script>alert(1)</script>",
                "a|b --> c",
                "%%{init: {\"theme\": \"dark\"}}%%",
                "%%{init:",
                "%% comment",
                "style:#fff",
                "classDef a:\"b\"",
                "end",
                "\\",
                "\u2028 \u0085 é 😀"
            })
    void any_tool_name_and_resource_stays_inside_its_label(String text) {
        CallPlan plan =
                CallPlan.of(List.of(call(text, Access.write("x/" + text)), call("b", Access.write("x/" + text))));
        List<String> lines = List.of(plan.toMermaid().split("\n"));
        assertThat(lines).hasSize(4).startsWith("flowchart TD").contains("    c2[\"2 b\"]");
        assertThat(decoded(NODE, lines.get(1))).isEqualTo("1 " + text);
        assertThat(decoded(EDGE, lines.get(3)))
                .isEqualTo("both write " + Access.write("x/" + text).resource());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void any_batch_is_a_well_formed_flowchart_from_which_the_names_can_be_read_back(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1_000; i++) {
            List<PlannedCall> calls = IntStream.range(0, random.nextInt(6))
                    .mapToObj(call -> call(text(random), Access.write("x/" + text(random))))
                    .toList();
            CallPlan plan = CallPlan.of(calls);
            List<String> lines = List.of(plan.toMermaid().split("\n"));
            int edges = plan.dependencies().size();
            assertThat(lines).as("seed %s: %s", seed, calls).hasSize(1 + calls.size() + edges);
            for (int call = 0; call < calls.size(); call++) {
                assertThat(decoded(NODE, lines.get(1 + call)))
                        .as("seed %s: %s", seed, calls)
                        .isEqualTo(call + 1 + " " + calls.get(call).call().tool());
            }
            for (int edge = 0; edge < edges; edge++) {
                Dependency dependency = plan.dependencies().get(edge);
                String line = lines.get(1 + calls.size() + edge);
                assertThat(decoded(EDGE, line))
                        .as("seed %s: %s", seed, calls)
                        .isEqualTo(dependency.reason().text(dependency.earlier(), dependency.later()));
                assertThat(line).startsWith("    c" + (dependency.earlier() + 1) + " ");
                assertThat(line).endsWith(" c" + (dependency.later() + 1));
            }
        }
    }

    private static String text(SplittableRandom random) {
        return random.ints(random.nextInt(8), 0, 130)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    /** The text of the label as Mermaid shows it. */
    private static String decoded(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        assertThat(matcher.matches()).as("%s is well-formed", line).isTrue();
        return Pattern.compile("#(\\d+);")
                .matcher(matcher.group(2))
                .replaceAll(entity -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(entity.group(1)))));
    }

    private static PlannedCall call(String tool, Access... accesses) {
        return new PlannedCall(new ToolCall(null, tool, null), Arrays.asList(accesses), EffectSource.ANNOTATION, null);
    }
}
