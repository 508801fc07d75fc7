package dev.interlock.effect;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells whether an argument holds what a verb of judgement would give: {@code categorize_transaction(transaction_id,
 * category)}. Then the model judges, and the tool stores the judgement with the thing that another argument names. A
 * tool that judges itself gets the thing, and returns the category.
 */
final class Judgements {

    /** What several verbs of judgement give. */
    private static final Set<String> RESULTS = WordList.of("""
            verdict conclusion outcome judgement judgment assessment evaluation classification finding findings diagnosis \
            explanation summary winner estimate result results""");

    private static final Set<String> CLASSES = WordList.of("category label class tag group type kind topic sentiment");
    private static final Set<String> ACCOUNTS = WordList.of("description text caption reason note notes");
    private static final Set<String> MARKS = WordList.of("""
            points point score grade rank ranking rating severity likelihood priority feedback comment comments remark star \
            stars mark marks""");

    private static final Set<String> VALIDITY = WordList.of("valid approved accepted reason comment");

    private static final Map<String, Lexicon.Word> CLASSIFYING = Lexicon.forms("categorize categorise classify");
    private static final Map<String, Lexicon.Word> TELLING =
            Lexicon.forms("describe explain summarize summarise interpret");
    private static final Map<String, Lexicon.Word> MARKING = Lexicon.forms("""
            evaluate assess rank rerank estimate quantify examine analyze analyse""");
    private static final Map<String, Lexicon.Word> VALIDATING = Lexicon.forms("validate verify check inspect diagnose");
    private static final Map<String, Lexicon.Word> CHOOSING = Lexicon.forms("identify recommend suggest");
    private static final Map<String, Lexicon.Word> FORETELLING =
            Lexicon.forms("predict forecast determine detect translate");

    /** Words that may stand before the name of a judgement: {@code story_points}, {@code alt_text}. */
    private static final Set<String> OF_JUDGEMENTS =
            WordList.of("story alt new final assigned suggested predicted proposed overall manual user human");

    private static final Set<String> IDS = WordList.of("id ids uuid key number ref slug handle pr");

    /** Words for a thing that an argument holds as a whole. With it, nothing stored is named. */
    private static final Set<String> CONTENT = WordList.of("""
            text texts content contents prompt query question input passage sentence snippet html url reference criteria \
            rubric language lang format model style tone length limit units unit""");

    private static final Set<String> ARTICLES = WordList.of("a an the");

    private Judgements() {}

    /** Whether a tool with this name, this main sentence and these parameters is given its judgement. */
    static boolean areGiven(List<String> name, Optional<Sentence> main, Map<String, ParameterType> parameters) {
        Stream<String> verbs =
                Stream.concat(name.stream().limit(1), main.map(sentence -> sentence.at(sentence.head())).stream());
        return verbs.anyMatch(verb -> isGiven(verb, name, main, parameters));
    }

    private static boolean isGiven(
            String verb, List<String> name, Optional<Sentence> main, Map<String, ParameterType> parameters) {
        if (CHOOSING.containsKey(verb)
                && main.filter(sentence -> isChosen(sentence, parameters)).isPresent()) {
            return true;
        }
        Set<String> results = results(verb);
        if (results.isEmpty()) {
            return false;
        }
        boolean result = false;
        boolean thing = false;
        // A tool may have thousands of parameters: each is looked at once.
        for (Map.Entry<String, ParameterType> each : parameters.entrySet()) {
            if (isResult(each.getKey(), each.getValue(), results, name)) {
                result = true;
            } else if (!thing) {
                thing = names(each.getKey(), each.getValue(), name, main);
            }
        }
        return result && thing;
    }

    /** What a verb gives; nothing for a verb that judges nothing. */
    private static Set<String> results(String verb) {
        if (CLASSIFYING.containsKey(verb)) {
            return CLASSES;
        }
        if (TELLING.containsKey(verb)) {
            return ACCOUNTS;
        }
        if (MARKING.containsKey(verb)) {
            return MARKS;
        }
        if (VALIDATING.containsKey(verb)) {
            return VALIDITY;
        }
        return CHOOSING.containsKey(verb) || FORETELLING.containsKey(verb) ? RESULTS : Set.of();
    }

    /** {@code label}, {@code email_label}, {@code story_points}; but a truth value asks for a part of the answer. */
    private static boolean isResult(String parameter, ParameterType type, Set<String> results, List<String> name) {
        List<String> words = ToolName.words(parameter);
        if (words.isEmpty()) {
            return false;
        }
        String last = words.get(words.size() - 1);
        boolean own = words.subList(0, words.size() - 1).stream()
                .allMatch(word ->
                        OF_JUDGEMENTS.contains(word) || name.stream().anyMatch(each -> Nouns.areAlike(each, word)));
        boolean flag = type == ParameterType.BOOLEAN && !VALIDITY.contains(last);
        // The number of results that the answer is to have.
        boolean count = type == ParameterType.INTEGER && last.equals("results");
        return own && !flag && !count && (results.contains(last) || RESULTS.contains(last));
    }

    /** Whether an argument names a stored thing: by a key, or with the noun of the name or the sentence. */
    private static boolean names(String parameter, ParameterType type, List<String> name, Optional<Sentence> main) {
        List<String> words = ToolName.words(parameter);
        boolean value = type == ParameterType.BOOLEAN || type == ParameterType.NUMBER || type == ParameterType.ENUM;
        if (words.isEmpty() || value || CONTENT.contains(words.get(words.size() - 1))) {
            return false;
        }
        String last = words.get(words.size() - 1);
        return IDS.contains(last)
                || name.stream().skip(1).anyMatch(word -> Nouns.areAlike(word, last))
                || main.filter(sentence -> sentence.speaksOf(last)).isPresent();
    }

    /** "Recommends a colleague", with a parameter {@code colleague}: the model has chosen. */
    private static boolean isChosen(Sentence s, Map<String, ParameterType> parameters) {
        int last = s.objectEnd() - 1;
        return ARTICLES.contains(s.at(s.head() + 1))
                && parameters.entrySet().stream()
                        .filter(each -> each.getValue() == ParameterType.STRING)
                        .anyMatch(each -> ToolName.words(each.getKey()).equals(List.of(s.at(last))));
    }
}
