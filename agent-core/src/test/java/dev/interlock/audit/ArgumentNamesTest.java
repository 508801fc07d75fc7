package dev.interlock.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentNamesTest {

    private static final ToolCall CALL = ToolCall.parse(null, "t", """
            {"id": 42, "limit": 7, "rate": 1.50, "customer": {"id": "c-1"}, "tags": ["x", "y"], "path": "docs/a.txt",
             "name": "it's", "open": "a{b}", "other_id": 7, "empty": "", "none": null, "far": "/etc/hosts"}""");

    @ParameterizedTest
    @CsvSource({
        "orders/42, orders/{id}",
        "orders/43, orders/43",
        "orders/42/lines, orders/{id}/lines",
        "customers/c-1/orders/42, customers/{customer.id}/orders/{id}",
        "tags/y, tags/{tags}",
        "file/docs/a.txt, file/{path}",
        "file/docs, file/docs",
        "x/7, x/{other_id}",
        "rates/1.5, rates/{rate}",
        "odd/a{b}, odd/{open}",
        "odd/{c}, odd/{{c}}",
        "/, /"
    })
    void a_value_of_an_argument_becomes_its_name(String touched, String template) {
        assertThat(new ArgumentNames(CALL).template(Resource.of(touched))).isEqualTo(template);
    }

    @Test
    void an_absolute_path_becomes_its_argument_or_what_contains_it() {
        ArgumentNames names = new ArgumentNames(CALL);
        assertThat(names.template(Resource.of("file").resolve("/etc/hosts"))).isEqualTo("file/{far}");
        assertThat(names.template(Resource.of("file").resolve("/etc/passwd"))).isEqualTo("file");
    }

    /** What is proposed must be what is understood. */
    @ParameterizedTest
    @CsvSource({"orders/42", "file/docs/a.txt", "odd/{c}/a{b}", "customers/c-1", "tags/y", "free", "/"})
    void the_template_covers_what_it_was_made_of(String touched) {
        String template = new ArgumentNames(CALL).template(Resource.of(touched));
        List<Access> declared = Effects.writes(template).accesses(CALL);
        assertThat(Coverage.uncovered(declared, List.of(Access.write(touched)))).isEmpty();
    }

    @Test
    void arguments_that_are_no_object_have_no_names() {
        ToolCall call = ToolCall.parse(null, "t", "[42]");
        assertThat(new ArgumentNames(call).generalise(Access.read("orders/42"))).isEqualTo("reads orders/42");
    }

    @Test
    void a_number_that_is_too_large_has_no_decimal_value() {
        ToolCall call = ToolCall.parse(null, "t", "{\"rate\": 1e999, \"other\": -1e999, \"id\": 42}");
        assertThat(new ArgumentNames(call).template(Resource.of("orders/42"))).isEqualTo("orders/{id}");
    }
}
