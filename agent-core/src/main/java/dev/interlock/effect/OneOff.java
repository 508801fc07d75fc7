package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Word;
import java.util.Map;
import java.util.Set;

/**
 * Finds signs that a call uses up what it returns, so that the next call gets something else or nothing: a lock, bytes
 * of a socket, the next page of an iterator, "changes since your last request", "a joke that has not been told before".
 */
final class OneOff {

    private static final Map<String, Word> GETTING =
            Lexicon.forms("get obtain return retrieve read fetch receive take pull poll give yield");

    /** Things of which a caller holds one until it gives it back. */
    private static final Set<String> HELD = WordList.of("lock lease permit semaphore mutex hold");

    /** Sources that move on with each read. */
    private static final Set<String> CONSUMED = WordList.of("socket websocket pipe fifo iterator cursor generator tty");

    /** Sources that move on if a call reads raw data from them. */
    private static final Set<String> RAW_SOURCES =
            WordList.of("port connection stream handle descriptor device serial uart buffer");

    private static final Set<String> RAW_DATA = WordList.of("""
            byte bytes line lines character characters char chars data chunk chunks packet packets frame frames""");

    /** Words before "from" that make it a place to start at: "items starting from the cursor". */
    private static final Set<String> STARTING =
            WordList.of("starting beginning start begin starts begins onwards onward");

    private static final Set<String> SINCE = WordList.of("since than");
    private static final Set<String> POSSESSIVES = WordList.of("the your its my our a this their");
    private static final Set<String> EARLIER = WordList.of("last previous earlier prior preceding");
    private static final Set<String> CALLS = WordList.of("""
            call calls request requests read poll check query fetch visit invocation retrieval time access lookup""");

    /** Deeds by which a caller gets something. */
    private static final Set<String> HANDED_OVER =
            WordList.of("received returned seen told shown given fetched retrieved handed served drawn read");

    private static final Set<String> WAS = WordList.of("is are was were been");
    private static final Set<String> DENIALS = WordList.of("not never haven't hasn't");
    private static final Set<String> SO_FAR = WordList.of("yet before far");
    private static final Set<String> NEXT = WordList.of("next");
    private static final Set<String> INDEFINITE = WordList.of("a an one another some");

    private OneOff() {}

    /** Whether a sentence has such a sign, in the description's first sentence or in a later one. */
    static boolean in(Sentence s, boolean first) {
        if (first && GETTING.containsKey(s.at(s.head())) && (getsHeld(s) || takesFromSource(s))) {
            return true;
        }
        for (int i = 0; i < s.size(); i++) {
            if (isSinceLastCall(s, i) || isNew(s, i, first)) {
                return true;
            }
        }
        return false;
    }

    /** "Gets the seat lock for a customer"; but neither "gets the lock's owner" nor "gets locks". */
    private static boolean getsHeld(Sentence s) {
        int last = s.objectEnd() - 1;
        return last > s.head() && HELD.contains(s.at(last));
    }

    /** "Reads bytes from the serial port", "returns the next page of an iterator". */
    private static boolean takesFromSource(Sentence s) {
        boolean raw = s.has(RAW_DATA, s.head() + 1, s.objectEnd() + 3);
        for (int i = s.head() + 1; i < s.size() && !Grammar.RELATIVES.contains(s.at(i)); i++) {
            boolean from = s.at(i).equals("from") && !STARTING.contains(s.at(i - 1));
            boolean ofNext = s.at(i).equals("of") && s.has(NEXT, s.head() + 1, i);
            if (from || ofNext) {
                String source = lastNoun(s, i + 1);
                if (CONSUMED.contains(source) || (raw && RAW_SOURCES.contains(source))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String lastNoun(Sentence s, int from) {
        int end = from;
        while (end < s.size() && !Grammar.NO_OBJECT.contains(s.at(end))) {
            end++;
        }
        return end > from ? s.at(end - 1) : "";
    }

    /** "Since the last call", "newer than your previous request", "since you last asked", "that was returned last". */
    private static boolean isSinceLastCall(Sentence s, int i) {
        if (HANDED_OVER.contains(s.at(i))) {
            return s.at(i + 1).equals("last") && WAS.contains(s.at(i - 1)) && Grammar.NO_OBJECT.contains(end(s, i + 2));
        }
        boolean none = s.at(i).equals("no") && EARLIER.contains(s.at(i + 1));
        if (none) {
            return CALLS.contains(s.at(i + 2));
        }
        if (!SINCE.contains(s.at(i))) {
            return false;
        }
        int j = POSSESSIVES.contains(s.at(i + 1)) ? i + 2 : i + 1;
        boolean you = s.at(i + 1).equals("you") && s.at(i + 2).equals("last");
        return you || (EARLIER.contains(s.at(j)) && (CALLS.contains(s.at(j + 1)) || CALLS.contains(s.at(j + 2))));
    }

    /**
     * "Messages that you have not received yet", "a joke that has not been told before". For many things the second
     * form may name a state: "coupons that have not been used yet".
     */
    private static boolean isNew(Sentence s, int i, boolean first) {
        boolean soFar = !s.at(i).equals("far") || s.at(i - 1).equals("so");
        if (!soFar || !SO_FAR.contains(s.at(i)) || !Grammar.NO_OBJECT.contains(end(s, i + 1))) {
            return false;
        }
        boolean one = first && INDEFINITE.contains(s.at(s.head() + 1)) && GETTING.containsKey(s.at(s.head()));
        for (int j = i - 1; j > Math.max(i - 7, 0); j--) {
            if (DENIALS.contains(s.at(j))) {
                return one || s.has(HANDED_OVER, j + 1, i) || isDeliveredTo(s, j + 1, i);
            }
        }
        return false;
    }

    /** "Never delivered to other consumers so far"; but "parcels not delivered yet". */
    private static boolean isDeliveredTo(Sentence s, int from, int to) {
        for (int i = from; i < to; i++) {
            if (s.at(i).equals("delivered")) {
                return s.at(i + 1).equals("to");
            }
        }
        return false;
    }

    /** The next token, or a full stop at the end. */
    private static String end(Sentence s, int i) {
        return s.at(i).isEmpty() ? "." : s.at(i);
    }
}
