package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deeds whose object has no determiner, and deeds in the passive voice. */
class BareDeedsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lists tickets and closes stale ones",
                "Scans the inbox for invoices and forwards matching messages",
                "Compares prices and reprices our products",
                "Lists tickets. Archives outdated tickets.",
                "Lists tickets. It archives outdated tickets.",
                "Lists tickets. The bot escalates urgent tickets.",
                "Lists tickets. The server flags them as seen.",
                "Lists tickets, closing stale ones",
                "Returns a batch of rows, advancing past them",
                "Returns pods while restarting failed ones",
                "Fetches a page while logging visits",
                "List tickets and email new ones",
                "Gets the config. Falls back to writing the defaults.",
                "Explores a site by filling in its forms",
                "Lists backups. Old ones are pruned.",
                "Lists alarms. Listed alarms are automatically silenced.",
                "Returns a lead. The lead will be assigned to the caller.",
                "Finds a slot. The slot is blocked for ten minutes.",
                "Returns tickets. New tickets will be closed and tagged.",
            })
    void a_deed_is_seen_without_a_determiner(String description) {
        assertThat(InferredTool.onlyReads(description)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lists files and archives of a project",
                "Lists folders and files matching a pattern",
                "Lists the links and forms available on a page",
                "Lists issues and labels assigned to a user",
                "Returns the price of a product, shipping costs and taxes",
                "Returns the hours, parking spots and menus of a restaurant",
                "Returns the status of a build, pending jobs and past runs",
                "Returns the items of a folder while keeping the order",
                "Lists orders. Orders need items.",
                "Lists orders. Reports contain details of customers.",
                "Lists orders. Updates require permissions.",
                "Lists orders. The index contains documents.",
                "Lists orders. The server updates contain several fields.",
                "Lists items. Empty fields are omitted.",
                "Lists items. Invalid ids are rejected.",
                "Lists items. Rows are grouped and sorted.",
                "Lists items. Items that do not exist are skipped.",
                "Lists items. The last row is used as a cursor.",
                "Get completed tasks of a day",
            })
    void a_noun_or_a_state_is_no_deed(String description) {
        assertThat(InferredTool.onlyReads(description)).isTrue();
    }

    /** Verbs that say how a tool works, which no sentence takes for a change. */
    private static final Set<String> BLAND = Set.of(
            "accept",
            "do",
            "leave",
            "make",
            "omit",
            "reject",
            "skip",
            "take",
            "use",
            "wait",
            "resolve",
            "load",
            "process",
            "render",
            "scan",
            "ask",
            "complete");

    @ParameterizedTest
    @MethodSource("verbs")
    void every_deed_is_seen_in_each_form(String verb) {
        String third = verb.endsWith("y") && "aeiou".indexOf(verb.charAt(verb.length() - 2)) < 0
                ? verb.substring(0, verb.length() - 1) + "ies"
                : verb.matches(".*(s|x|z|o|ch|sh)") ? verb + "es" : verb + "s";

        assertThat(InferredTool.onlyReads("Lists the items and " + third + " outdated ones"))
                .as(third)
                .isFalse();
        assertThat(InferredTool.onlyReads("Lists the items. It " + third + " outdated items."))
                .as(third)
                .isFalse();
        assertThat(InferredTool.onlyReads("Lists the items. The server " + third + " outdated items."))
                .as(third)
                .isFalse();
        for (String participle : Participles.of(Set.of(verb))) {
            assertThat(InferredTool.onlyReads("Lists the items. Outdated items will be " + participle + "."))
                    .as(participle)
                    .isFalse();
            assertThat(InferredTool.onlyReads("Lists the items. Old items are automatically " + participle + "."))
                    .as(participle)
                    .isFalse();
        }
    }

    static Stream<String> verbs() {
        return Lexicon.changes().stream().filter(verb -> !BLAND.contains(verb)).sorted();
    }
}
