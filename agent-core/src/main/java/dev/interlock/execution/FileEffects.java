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
 * The entries of effects files that count, which are the declared and the accepted ones. Immutable.
 *
 * @param files the files; later ones win
 * @param accepted the kinds of entries that count besides declared ones
 */
record FileEffects(List<EffectsFile> files, Set<DeclaredBy> accepted) {

    /**
     * What a file says of a tool's effects.
     *
     * @param by the file and line, and who says so
     */
    record Said(Effects effects, String by) {}

    /** Copies both collections. */
    FileEffects {
        files = List.copyOf(files);
        accepted = Set.copyOf(accepted);
    }

    /** Finds a tool's effects; null if no entry that counts speaks about them. */
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

    /** Whether the tool is idempotent, by the first entry that counts and speaks about it. */
    boolean idempotent(String tool) {
        return files.stream()
                .flatMap(file -> file.entriesFor(tool).stream())
                .filter(this::counts)
                .flatMap(entry -> entry.idempotent().stream())
                .findFirst()
                .orElse(false);
    }

    /** Returns all settings that count, each with its tools and its place in a file. */
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
