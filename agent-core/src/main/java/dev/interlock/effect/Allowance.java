package dev.interlock.effect;

import java.util.Set;

/**
 * Finds signs that a call uses up a limited allowance of its caller: "costs one credit", "each lookup counts", "uses
 * one of your free articles", "limited to 1000 lookups a month". A limit per minute or hour does not count, since it
 * renews itself.
 */
final class Allowance {

    private static final Set<String> NAMES = WordList.of("credit credits quota quotas allowance");
    private static final Set<String> SPENDING = WordList.of("""
            consume consumes consuming cost costs charge charges charged deduct deducts deducted spend spends use uses count \
            counts counted counting burn burns bill billed decrement decrements""");

    private static final Set<String> COUNTING = WordList.of("count counts counted");
    private static final Set<String> AGAINST = WordList.of("against toward towards");

    /** Words for a use that a provider may count. */
    private static final Set<String> CALLS = WordList.of("""
            call calls request requests lookup lookups query queries search searches use uses hint hints visit visits check \
            checks invocation invocations download downloads image images page pages article articles message messages \
            credit credits token tokens run runs verification verifications""");

    private static final Set<String> TAKING = WordList.of("""
            costs counts uses lowers reduces consumes deducts decreases spends burns subtracts charges""");

    private static final Set<String> WHOSE = WordList.of("your the their our my");
    private static final Set<String> SUBJECTS = WordList.of("which it call request lookup use and");
    private static final Set<String> AMOUNTS = WordList.of("a an one two three five ten");
    private static final Set<String> PER = WordList.of("a per each every");
    private static final Set<String> LIMITED = WordList.of("limited capped restricted");
    private static final Set<String> LIMITING =
            WordList.of("limited capped restricted limit free most maximum up only");

    /** All words that {@link #in} looks at. It skips all others quickly. */
    private static final Set<String> TELLTALES = WordList.of("""
            credit credits quota quotas allowance against toward towards one costs each every any day week month year""");

    private Allowance() {}

    /** Whether the word at {@code i} is such a sign, in the description's first sentence or in a later one. */
    static boolean in(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (!TELLTALES.contains(token)) {
            return false;
        }
        if (NAMES.contains(token)) {
            return s.has(SPENDING);
        }
        if (AGAINST.contains(token)) {
            return s.has(COUNTING, i - 4, i);
        }
        return switch (token) {
            case "one" -> SPENDING.contains(s.at(i - 1)) && s.at(i + 1).equals("of") && WHOSE.contains(s.at(i + 2));
            case "costs" ->
                SUBJECTS.contains(s.at(i - 1))
                        && (AMOUNTS.contains(s.at(i + 1)) || s.at(i + 1).equals(DescriptionTokens.OPAQUE));
            case "day", "week", "month", "year" -> limits(s, i, first);
            default -> CALLS.contains(s.at(i + 1)) && s.has(TAKING, i + 2, i + 4);
        };
    }

    /** "Limited to 1000 lookups a month". */
    private static boolean limits(Sentence s, int i, boolean first) {
        return PER.contains(s.at(i - 1)) && s.has(CALLS, i - 7, i) && s.has(first ? LIMITED : LIMITING);
    }
}
