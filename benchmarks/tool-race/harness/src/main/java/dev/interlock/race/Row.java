package dev.interlock.race;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A framework in one of its modes. Immutable. */
public final class Row {

    /** The features for which not every framework has a setting. */
    public enum Feature {
        CAP,
        TIMEOUT,
        CANCEL
    }

    private final String name;
    private final String settings;
    private final Map<Feature, String> lacks;
    private final Function<Setup, Agent> opener;

    private Row(String name, String settings, Map<Feature, String> lacks, Function<Setup, Agent> opener) {
        this.name = name;
        this.settings = settings;
        this.lacks = lacks;
        this.opener = opener;
    }

    /**
     * Creates a row with all features.
     *
     * @param name the framework with its version, and the mode
     * @param settings the settings and their reasons
     * @param opener creates an agent
     */
    public static Row of(String name, String settings, Function<Setup, Agent> opener) {
        return new Row(name, settings, new EnumMap<>(Feature.class), opener);
    }

    /** Returns this row without a feature. Its trial then runs without the setting, or not at all. */
    public Row lacks(Feature feature, String why) {
        Map<Feature, String> all = new EnumMap<>(Feature.class);
        all.putAll(lacks);
        all.put(feature, why);
        return new Row(name, settings, all, opener);
    }

    String name() {
        return name;
    }

    String settings() {
        return settings;
    }

    Optional<String> lack(Feature feature) {
        return Optional.ofNullable(lacks.get(feature));
    }

    Agent open(Setup setup) {
        return opener.apply(setup);
    }
}
