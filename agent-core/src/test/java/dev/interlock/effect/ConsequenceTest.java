package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes of a call, though a clause stands between it and the verb that reads, or its verb is none of the tool's.
 */
class ConsequenceTest {

    private static boolean onlyReads(String description) {
        return EffectInference.onlyReads("get_crate", description, List.of("id"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Clauses about the whole call.
                "Gets a crate, which sends a receipt to its owner.",
                "Gets a crate, which locks it.",
                "Returns the address of a crate, which becomes public.",
                // A deed after a relative clause.
                "Checks whether the crate is open, and closes it if so.",
                "Finds out who owns the crate and notes it.",
                "Checks that the crate fits and places a hold on it.",
                "Finds a crate that is free and invites its owners.",
                "Finds crates that answer and pairs with them.",
                "Gets the crate and accepts it.",
                "Gets the crates and makes them.",
                "Gets the crates and resolves those that wait.",
                "Lists the crates, then expunges them.",
                "Looks up leaking crates and forces a reset.",
                "Finds the crate and drives there.",
                "Gets a crate. It finds the lid that moved and closes it.",
                // What becomes of things.
                "Gets a crate; closed crates become open.",
                "Gets a crate. A closed crate turns into an open one.",
                "Gets a crate. It disappears from the list.",
                "Gets a crate. Crates fetched no longer remain in the store.",
                "Lists crates. Overdue ones get a reminder.",
                "Lists crates. Overdue ones will then receive a reminder.",
                "Lists crates. If they are overdue, they get a fee.",
                "Lists crates, and overdue ones get a reminder.",
                "Measures a crate. The crate is used up in the process.",
                "Reads a crate. The marker moves to the end.",
                "Reads a crate. The cursor advances on each call.",
                // What is made in passing.
                "Returns a picture of a crate, generated on first use.",
                "Returns a crate, created if necessary.",
                "Gets the note of a crate. It is made from a template when there is none yet.",
                "Gets a crate. A missing crate is added.",
                "Reads the list, scrolling down to its end.",
                "Checks crates for conflicts, declining those that clash.",
                // By what it is done.
                "Identifies a crate by letting it blink.",
                "Compares two crates by weighing both.",
                "Checks the owners of a crate by calling them.",
                "Returns how fresh a crate is after reloading it.",
                "Lists crates after rebuilding.",
                "Calculates the values of a crate anew.",
                "Gets a crate for offline use.",
                "Gets an address for uploading a crate.",
                "Returns a payment link for a crate.",
                "Returns an invite link for a crate.",
                "Gets a crate that has just been created.",
                "Gets a crate that was just opened.",
                "Returns the next free crate number.",
                "Gets the crate's next number.",
                "Shows the consent form and returns whether it was accepted.",
                "Shows that you are typing.",
                "Looks up crates by a Cypher statement.",
                "Returns a crate whose price is kept for a day. It is kept for the session.",
                "Returns the crate; crates shown are held for five minutes.",
                "Gets a crate. The crate is reserved for the caller.",
            })
    void what_comes_of_a_call_is_no_reading(String description) {
        assertThat(onlyReads(description)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Gets a crate, which has a lid.",
                "Gets a crate, which holds up to ten boxes.",
                "Lists crates that open and close by themselves.",
                "Lists links of a crate and resolves them.",
                "Checks whether a crate has a lid and is full.",
                "Describes the scrolling of a crate.",
                "Gets a crate. Recent crates can take a moment to become visible.",
                "Lists crates that no longer exist.",
                "Gets a crate. The old name is no longer supported.",
                "Lists crates used in a shipment.",
                "Gets a crate by using the index.",
                "Finds a crate by comparing the labels.",
                "Gets the link of a crate.",
                "Returns a link to the docs of a crate.",
                "Returns the next crate of the list.",
                "Shows that a crate exists.",
                "Lists the set of moves a crate can make.",
                "Lists crates after sorting them.",
                "Returns a picture, scaled to the width given.",
                "Lists crates whose price moves to another level.",
            })
    void what_only_looks_like_it_reads(String description) {
        assertThat(onlyReads(description)).isTrue();
    }
}
