package dev.interlock.effect;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

public final class EffectInference {

    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DESCRIPTION = 32 * 1024;

    private EffectInference() {}

    public static boolean onlyReads(String tool, @Nullable String description) {
        return onlyReads(tool, description, List.of());
    }

    public static boolean onlyReads(String tool, @Nullable String description, Collection<String> parameterNames) {
        boolean described = description != null && !description.isBlank();
        if (tool.length() > LONGEST_NAME || described && description.length() > LONGEST_DESCRIPTION) {
            return false;
        }
        NameReading name = NameReading.of(ToolName.words(tool), described);
        if (name == NameReading.NEVER || !described && name != NameReading.READS) {
            return false;
        }
        DescriptionReading text = described ? DescriptionReading.of(description) : DescriptionReading.UNCLEAR;
        boolean sure = name == NameReading.READS || text == DescriptionReading.READS;
        if (!ParameterReading.allow(parameterNames, sure)) {
            return false;
        }
        return switch (name) {
            case READS -> text != DescriptionReading.CHANGES;
            case NEEDS_AGREEMENT -> text == DescriptionReading.READS || text == DescriptionReading.MOSTLY_READS;
            case SILENT -> text == DescriptionReading.READS;
            case NEVER -> false;
        };
    }
}
