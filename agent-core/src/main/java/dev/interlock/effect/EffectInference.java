package dev.interlock.effect;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Infers from a tool's name and description that it only reads, or that it computes from its arguments alone.
 *
 * <p><b>What it promises.</b> It answers "only reads" in two cases. First: a verb of the name reads
 * ({@code list_issues}, {@code getUser}), and nothing in the rest of the name, the description or the parameters speaks
 * of a change. Second: the name shows no clear verb, because it has none or because its words may name a thing
 * ({@code exchange_rate}), and the description agrees. A description agrees if it opens with a verb that reads
 * ("Returns the weather"). It also agrees if it has no verb and names the same thing as the tool's name ("Rate at which
 * two currencies are exchanged"). Doubtful verbs ({@code check}, {@code fetch}) always need a description that agrees.
 * "Pure" needs more: a verb that computes, parameters that are all values such as numbers and texts, and no hint of the
 * world outside, such as a price, a place, a file, chance or the present time. A text is no value if it may be the name
 * of a stored one ({@code dataset}, {@code list}), and a whole number is none if it may be the key of one ({@code
 * node_a}).
 *
 * <p>For some tools it never answers, no matter what the description promises: those that do what an argument says
 * ({@code query}, {@code execute}, {@code request}), have a switch that orders a deed ({@code delete},
 * {@code auto_fix}), get their own result as an argument ({@code categorize(transaction_id, category)}), start or wait
 * for a job, fill a local copy, use up a quota or what they return, must not overlap with other calls, or involve a
 * person. A tool involves a person if it asks or informs a person, waits for one, or uses the camera of a person's
 * device. The same arguments always give the same answer.
 *
 * <p><b>What it does not promise.</b> It believes the text. It cannot see that {@code get_report}, described as "Gets
 * the report", counts its calls, and it is no defence against a server that lies. It reads English. For a text with
 * letters of another script, or longer than 16,384 characters, it gives no answer. No answer means "unknown", never
 * "writes". Declare the effects where it matters.
 *
 * <p>No state, no input or output: safe for use by many threads.
 */
public final class EffectInference {

    /** What the inference can say about a tool. */
    public enum Answer {
        /** It computes from its arguments alone: it reads nothing that any tool changes, and changes nothing. */
        PURE,
        /** It changes nothing. */
        ONLY_READS,
        /** The inference cannot tell. */
        UNKNOWN
    }

    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DESCRIPTION = 16_384;

    private EffectInference() {}

    /**
     * Tells whether a tool surely only reads, judged by its name and description.
     *
     * @param tool the tool's name, with or without namespaces: {@code github__list_issues}, {@code Files.cat}
     * @param description the tool's description; null or blank when it has none
     * @return true if it only reads; false if nothing can be said
     */
    public static boolean onlyReads(String tool, @Nullable String description) {
        return infer(tool, description, Map.of()) != Answer.UNKNOWN;
    }

    /**
     * Tells whether a tool surely only reads, judged by its name, description and parameters. Where the types of the
     * parameters are known, {@link #infer} sees more: a truth value {@code delete} orders a deed.
     *
     * @param tool the tool's name, with or without namespaces: {@code github__list_issues}, {@code Files.cat}
     * @param description the tool's description; null or blank when it has none
     * @param parameterNames the names of all its parameters, in any order; names such as {@code dryRun} or
     *     {@code overwrite} reveal a change
     * @return true if it only reads; false if nothing can be said
     */
    public static boolean onlyReads(String tool, @Nullable String description, Collection<String> parameterNames) {
        Map<String, ParameterType> texts = new HashMap<>();
        Map<String, ParameterType> others = new HashMap<>();
        parameterNames.forEach(name -> {
            texts.put(name, ParameterType.STRING);
            others.put(name, ParameterType.OTHER);
        });
        // Without types a list may be the name of a stored one, and a value may be a list.
        return infer(tool, description, texts) != Answer.UNKNOWN && ParameterReading.allow(others, true);
    }

    /**
     * Infers what a tool may do at most, judged by its name, description and parameters.
     *
     * @param tool the tool's name, with or without namespaces: {@code github__list_issues}, {@code Files.cat}
     * @param description the tool's description; null or blank when it has none
     * @param parameters the types of all its parameters by name
     * @return {@code PURE} if that is sure, else {@code ONLY_READS} if that is sure, else {@code UNKNOWN}
     */
    public static Answer infer(String tool, @Nullable String description, Map<String, ParameterType> parameters) {
        Objects.requireNonNull(tool, "tool");
        String text = description == null ? "" : description;
        if (tool.length() > LONGEST_NAME
                || text.length() > LONGEST_DESCRIPTION
                || DescriptionTokens.hasOtherScript(text)) {
            return Answer.UNKNOWN;
        }
        List<String> words = ToolName.words(tool);
        List<Sentence> sentences = Sentence.allOf(text);
        if (PureReading.computes(words, sentences, parameters)) {
            return Answer.PURE;
        }
        return onlyReads(words, sentences, parameters, !text.isBlank()) ? Answer.ONLY_READS : Answer.UNKNOWN;
    }

    private static boolean onlyReads(
            List<String> words, List<Sentence> sentences, Map<String, ParameterType> parameters, boolean described) {
        Collection<String> parameterNames = parameters.keySet();
        boolean onlyKeys = !parameters.isEmpty() && !ParameterReading.takeFreeText(parameterNames);
        NameReading name = NameReading.of(words, described, onlyKeys);
        if (name == NameReading.NEVER
                || People.inName(words, parameterNames)
                || Judgements.areGiven(words, DescriptionReading.mainSentence(sentences), parameters)) {
            return false;
        }
        DescriptionReading reading = described ? DescriptionReading.of(sentences) : DescriptionReading.UNCLEAR;
        boolean sure = name == NameReading.READS || reading == DescriptionReading.READS;
        boolean asks = !described && parameterNames.stream().anyMatch(People::isQuestion);
        boolean unsaid = reading == DescriptionReading.NAMES && name != NameReading.READS;
        boolean agrees = unsaid ? gives(words, sentences, parameters) : agree(name, words, reading, sentences);
        return !asks && agrees && ParameterReading.allow(parameters, sure);
    }

    private static boolean gives(List<String> words, List<Sentence> sentences, Map<String, ParameterType> parameters) {
        return DescriptionReading.mainSentence(sentences)
                .filter(sentence -> NounPhrase.gives(words, sentence, parameters))
                .isPresent();
    }

    private static boolean agree(
            NameReading name, List<String> words, DescriptionReading description, List<Sentence> sentences) {
        boolean reads = description == DescriptionReading.READS;
        return switch (name) {
            case READS -> description != DescriptionReading.CHANGES;
            case NEEDS_AGREEMENT -> reads || description == DescriptionReading.MOSTLY_READS;
            case SILENT -> reads || (description == DescriptionReading.MOSTLY_READS && isNamed(words, sentences));
            case THING -> reads && isNamed(words, sentences);
            case NEVER -> false;
        };
    }

    /**
     * Whether the description says that the tool returns the thing in its name, as in "Get the current exchange rate"
     * for {@code exchange_rate}; for a finder, "Find stores" is enough.
     */
    private static boolean isNamed(List<String> words, List<Sentence> sentences) {
        if (words.isEmpty()) {
            return false;
        }
        int last = words.size() - 1;
        String end = words.get(last);
        List<String> given = Nouns.isFinder(end)
                ? words.subList(0, last)
                : Nouns.isGeneric(end) ? words : words.subList(last, last + 1);
        return DescriptionReading.mainSentence(sentences)
                .filter(sentence -> given.stream().anyMatch(sentence::hasAsObject)
                        || sentence.isOf(end)
                        || (sentence.asksWhether() && words.stream().anyMatch(sentence::speaksOf)))
                .isPresent();
    }
}
