package dev.interlock.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclarationTest {

    private static String line(Effects declared, String... missing) {
        return Declaration.line("t", declared.toString(), List.of(missing));
    }

    @Test
    void what_is_declared_stays_and_what_is_missing_is_added() {
        assertThat(line(Effects.pure(), "reads a")).isEqualTo(".effects(\"t\", Effects.reads(\"a\"))");
        assertThat(line(Effects.reads("a", "b/{id}"), "writes c/{id}", "reads d"))
                .isEqualTo(".effects(\"t\", Effects.reads(\"a\", \"b/{id}\", \"d\").and(Effects.writes(\"c/{id}\")))");
        assertThat(line(Effects.reads("a").and(Effects.writes("b")), "writes a"))
                .isEqualTo(".effects(\"t\", Effects.writes(\"b\", \"a\"))");
        assertThat(line(Effects.of(call -> List.of()), "writes a"))
                .isEqualTo(".effects(\"t\", <your function>.and(Effects.writes(\"a\")))");
    }

    @Test
    void a_template_with_commas_and_quotes_is_one() {
        assertThat(line(Effects.reads("a, b \"c\""), "writes d"))
                .isEqualTo(".effects(\"t\", Effects.reads(\"a, b \\\"c\\\"\").and(Effects.writes(\"d\")))");
    }
}
