package dev.interlock.effect;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether a parameter of a tool that a noun describes ("Temperature of a room") says which thing is meant, or how
 * the answer is to look. Any other value may be the new value of the thing: {@code celsius}.
 */
final class Identifying {

    /** Last words of parameters that limit or arrange an answer. */
    private static final Set<String> OPTIONS = WordList.of("""
            limit offset page pages per size cursor sort order direction format language lang locale unit units field fields \
            since until from to start end before after date dates time timezone tz day days month months year years week weeks \
            hour hours minute minutes period interval range tail lines n k top max min maximum minimum first last depth query q \
            search pattern version token currency checkin checkout""");

    /** Last words of parameters that name a thing or a place, by a text or by a number. */
    private static final Set<String> KEYS = WordList.of("""
            id ids uuid key keys code number zip name slug url uri path ref sha symbol ticker host domain ip iban isbn sku \
            lat latitude lon lng long longitude radius location place address city country region""");

    /** Numbers, texts and names that tools set. */
    private static final Set<String> SETTINGS = WordList.of("""
            value level on off enabled disabled state status amount mode action color colour brightness position text title \
            content data note notes settings payload config comment reason message description assignee priority severity \
            verdict role roles permission grade feedback answer reply caption remark operation op method set target \
            desired wanted goal setpoint""");

    /** Those of them that may name a thing, too, if nothing else does: {@code movie_info(title)}. */
    private static final Set<String> NAMING = WordList.of("title text");

    /** Nouns for things that hold a text or a title. */
    private static final Set<String> HOLDERS = WordList.of("""
            text title note comment message content description label status caption banner display heading headline body name \
            reminder announcement""");

    /** Filters for several things, which hold no new value for one. */
    private static final Set<String> FILTERS =
            WordList.of("state status type kind category label role priority severity");

    /** Words that open a truth value on the answer. */
    private static final Set<String> ANSWERING = WordList.of("""
            include includes with without only exclude verbose detailed full raw recursive extended all show no live""");

    /** Nouns for what a tool works out from numbers that it gets. */
    private static final Set<String> WORKED_OUT = WordList.of("""
            rate price cost fee quote fare premium tax forecast estimate distance duration route direction recommendation \
            suggestion option""");

    /** Names of measures, in which a new value comes: {@code percent}. */
    private static final Set<String> MEASURES = WordList.of("""
            percent percentage celsius fahrenheit kelvin degrees degree points score value level db rpm watts volts seconds \
            minutes""");

    private Identifying() {}

    /** Whether all parameters only say what is meant. */
    static boolean areAll(List<String> name, Sentence s, String noun, Map<String, ParameterType> parameters) {
        NounSet mentioned = new NounSet(mentioned(s, noun.isEmpty()));
        return parameters.entrySet().stream()
                .allMatch(each -> is(each.getKey(), each.getValue(), name, mentioned, noun, parameters.size()));
    }

    private static boolean is(
            String parameter, ParameterType type, List<String> name, NounSet mentioned, String noun, int parameters) {
        List<String> words = ToolName.words(parameter);
        if (words.isEmpty()) {
            return true;
        }
        String last = words.get(words.size() - 1);
        boolean known = mentioned.has(last) || (OPTIONS.contains(last) && !isOfName(last, name));
        if (known || isOfName(last, name)) {
            return known && (type != ParameterType.BOOLEAN || ANSWERING.contains(words.get(0)));
        }
        boolean several = !Nouns.singular(noun).equals(noun);
        boolean filters = several && FILTERS.contains(last);
        return switch (type) {
            case BOOLEAN -> ANSWERING.contains(words.get(0)) || last.equals("only");
            case INTEGER, NUMBER -> KEYS.contains(last) || (isWorkedOut(noun) && !MEASURES.contains(last));
            case OTHER -> KEYS.contains(last);
            case ENUM -> filters || KEYS.contains(last) || last.equals("type");
            case STRING ->
                filters || !(SETTINGS.contains(last) || MEASURES.contains(last)) || isNaming(last, noun, parameters);
        };
    }

    private static boolean isOfName(String word, List<String> name) {
        return Nouns.areAlike(word, name.get(name.size() - 1));
    }

    private static boolean isNaming(String last, String noun, int parameters) {
        return parameters == 1 && NAMING.contains(last) && !HOLDERS.contains(Nouns.singular(noun));
    }

    private static boolean isWorkedOut(String noun) {
        return WORKED_OUT.contains(Nouns.singular(noun));
    }

    /**
     * The words that may say which thing a parameter of that name means: {@code state} in "Alerts for a state", but not
     * in "State of a lamp". A question asks for none of its nouns: "What a role is allowed to do".
     */
    private static List<String> mentioned(Sentence s, boolean asks) {
        int from = 0;
        while (!asks && from < s.size() && !Grammar.NO_OBJECT.contains(s.at(from))) {
            from++;
        }
        return s.from(from);
    }
}
