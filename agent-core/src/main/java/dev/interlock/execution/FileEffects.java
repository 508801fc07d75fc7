package dev.interlock.execution;

import dev.interlock.effect.Effects;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of effects files that count: the declared and the accepted ones. Immutable.
 *
 * @param files those added later speak first
 * @param accepted whose entries count
 */
record FileEffects(List<EffectsFile> files, Set<DeclaredBy> accepted) {

    /**
     * What a file says of a tool's effects.
     *
     * @param by where, and who says so
     */
    record Said(Effects effects, String by) {}

    /** Copies both. */
    FileEffects {
        files = List.copyOf(files);
        accepted = Set.copyOf(accepted);
    }

    /** Null if no entry that counts says anything of the tool's effects. */
    @Nullable
    Said effects(String tool) {
        for (EffectsFile file : files) {
            for (EffectsEntry entry : file.entriesFor(tool)) {
                Effects effects = counts(entry) ? entry.effects().orElse(null) : null;
                if (effects != null) {
                    return new Said(
                            effects, placeOf(file, entry) + ", " + entry.by().word());
                }
            }
        }
        return null;
    }

    /** Whether the first entry that counts and says anything of it says that the tool may be repeated. */
    boolean idempotent(String tool) {
        return files.stream()
                .flatMap(file -> file.entriesFor(tool).stream())
                .filter(this::counts)
                .flatMap(entry -> entry.idempotent().stream())
                .findFirst()
                .orElse(false);
    }

    /** All that counts, with where it is said, by what tools it is about. */
    List<ToolSetting> settings() {
        List<ToolSetting> settings = new ArrayList<>();
        for (EffectsFile file : files) {
            for (EffectsEntry entry : file.entries()) {
                if (counts(entry)) {
                    settings.add(new ToolSetting(entry.tool(), placeOf(file, entry), entry::matches));
                }
            }
        }
        return settings;
    }

    private boolean counts(EffectsEntry entry) {
        return accepted.contains(entry.by());
    }

    private static String placeOf(EffectsFile file, EffectsEntry entry) {
        String location = entry.location();
        return "effects file " + (location == null ? file.name() : location);
    }
}
