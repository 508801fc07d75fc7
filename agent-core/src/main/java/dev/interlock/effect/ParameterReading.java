package dev.interlock.effect;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the names of a tool's parameters say. */
final class ParameterReading {

    /** Parameters that only changing tools have. */
    private static final Set<String> CHANGES = WordList.of("""
            dry dryrun force overwrite confirm confirmed confirmation save upsert ack acknowledge consume mutation payload \
            body command cmd sql script callback cypher graphql shell bash""");

    /** Words that open the name of such a parameter: {@code new_value}, {@code delete_after}. */
    private static final Set<String> OPENERS =
            WordList.of("new delete create write overwrite save mark insert persist send output dest");

    /**
     * Words that mean a deed alone or before a noun that is no attribute of theirs: {@code remove},
     * {@code notify_owner}.
     */
    private static final Set<String> DEEDS = WordList.of("""
            update remove notify cancel reset clear publish register subscribe trigger invalidate purge unset undo rename refresh""");

    /** Parameters that carry something to store or send, unless the tool surely reads. */
    private static final Set<String> CARGO =
            WordList.of("content message password subject recipient recipients updates");

    /** Places where a tool puts what it read: {@code response_file_path}. */
    private static final Set<String> RESULTS = WordList.of("response result results download target destination local");

    private static final Set<String> PLACES = WordList.of("path file filename dir directory folder filepath");

    /** Parameters whose text the tool runs or obeys. */
    private static final Set<String> FREE_TEXT = WordList.of("""
            query queries sql statement statements expression expr script code command cmd graphql cypher body filter where \
            selector method request instruction instructions""");

    private ParameterReading() {}

    /** Whether one of the parameters takes free text that the tool may run. */
    static boolean takeFreeText(Collection<String> parameterNames) {
        return parameterNames.stream().anyMatch(name -> {
            List<String> words = ToolName.words(name);
            return !words.isEmpty() && FREE_TEXT.contains(words.get(words.size() - 1));
        });
    }

    /** Whether no parameter orders a change, or carries something to store or send. */
    static boolean allow(Map<String, ParameterType> parameters, boolean surelyReads) {
        for (Map.Entry<String, ParameterType> parameter : parameters.entrySet()) {
            List<String> words = ToolName.words(parameter.getKey());
            if (words.isEmpty()) {
                continue;
            }
            if (ParameterDeeds.orders(words, parameter.getValue())) {
                return false;
            }
            String first = words.get(0);
            boolean cargo = words.size() == 1 && CARGO.contains(first) && !surelyReads;
            String second = words.size() > 1 ? words.get(1) : "";
            boolean deed = DEEDS.contains(first) && !Nouns.isAttribute(second);
            boolean automatic = first.equals("auto") && (DEEDS.contains(second) || OPENERS.contains(second));
            boolean stored = RESULTS.contains(first) && words.stream().anyMatch(PLACES::contains);
            boolean webhook = second.equals("url") && first.equals("webhook");
            if (deed || automatic || stored || webhook) {
                return false;
            }
            boolean opener = words.size() > 1 && OPENERS.contains(first);
            boolean change = CHANGES.contains(first) && !Nouns.isAttribute(second);
            if (cargo || opener || change) {
                return false;
            }
        }
        return true;
    }
}
