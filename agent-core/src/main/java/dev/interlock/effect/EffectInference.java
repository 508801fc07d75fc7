package dev.interlock.effect;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Infers from what a tool is called and how it is described that it only reads.
 *
 * <p><b>What it promises.</b> It says "only reads" or nothing. It says so when a verb of the name reads ({@code list_issues},
 * {@code getUser}) and neither the other words of the name, nor the description, nor a parameter speaks of a change; or when the
 * name has no verb and the description opens with one that reads ("Returns the weather"). Doubtful verbs ({@code check}, {@code
 * fetch}) need a description that agrees. Tools that do what an argument says ({@code query}, {@code execute}, {@code request}) are
 * never inferred, whatever their description promises. The same arguments always give the same answer.
 *
 * <p><b>What it does not.</b> It believes what is written: it cannot see that a tool called {@code get_report} described as "Gets the
 * report" counts its calls, and it is no defence against a server that lies. It reads English; a text in another script, or one
 * longer than 16,384 characters, which it does not read to the end, gives nothing. A nothing means "unknown", never "writes".
 * Declare the effects where it matters.
 *
 * <p>No state, no input or output: safe for use by many threads.
 */
public final class EffectInference {

    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DESCRIPTION = 16_384;

    private EffectInference() {}

    /**
     * Tells whether a tool surely only reads, as far as its name and description go.
     *
     * @param tool the tool's name, with or without namespaces: {@code github__list_issues}, {@code Files.cat}
     * @param description the tool's description; null or blank when it has none
     * @return true if it only reads; false if nothing can be said
     */
    public static boolean onlyReads(String tool, @Nullable String description) {
        return onlyReads(tool, description, List.of());
    }

    /**
     * Tells whether a tool surely only reads, as far as its name, description and parameters go.
     *
     * @param tool the tool's name, with or without namespaces: {@code github__list_issues}, {@code Files.cat}
     * @param description the tool's description; null or blank when it has none
     * @param parameterNames the names of its parameters, in any order; {@code dryRun} or {@code overwrite} tell of a change
     * @return true if it only reads; false if nothing can be said
     */
    public static boolean onlyReads(String tool, @Nullable String description, Collection<String> parameterNames) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(parameterNames, "parameterNames");
        String text = description == null ? "" : description;
        if (tool.length() > LONGEST_NAME || text.length() > LONGEST_DESCRIPTION) {
            return false;
        }
        boolean described = !text.isBlank();
        NameReading name = NameReading.of(ToolName.words(tool), described);
        if (name == NameReading.NEVER) {
            return false;
        }
        DescriptionReading reading = described ? DescriptionReading.of(text) : DescriptionReading.UNCLEAR;
        boolean sure = name == NameReading.READS || reading == DescriptionReading.READS;
        return agree(name, reading) && ParameterReading.allow(parameterNames, sure);
    }

    private static boolean agree(NameReading name, DescriptionReading description) {
        return switch (name) {
            case READS -> description != DescriptionReading.CHANGES;
            case NEEDS_AGREEMENT ->
                description == DescriptionReading.READS || description == DescriptionReading.MOSTLY_READS;
            case SILENT -> description == DescriptionReading.READS;
            case NEVER -> false;
        };
    }
}
