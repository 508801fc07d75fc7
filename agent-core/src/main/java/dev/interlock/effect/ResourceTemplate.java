package dev.interlock.effect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A path with placeholders for a call's arguments; {@link Effects} states the rules. Immutable.
 *
 * <p>Invariant: if two calls may touch the same thing, and the template is true, the template gives them overlapping
 * resources. A value may lead out of the segments before it, because it rises or is absolute behind other segments.
 * Such a value therefore gives the fixed prefix.
 */
final class ResourceTemplate {

    static final int MAX_COMBINATIONS = 1_000;

    /** One value may have several keys. */
    private static final int MAX_RESOURCES = 4 * MAX_COMBINATIONS;

    private static final List<String> ONLY_WIDE = List.of(ArgumentKeys.WIDE);

    /** Never changed. */
    private static final BitSet NONE = new BitSet(0);

    private final String text;
    private final Resource fixedPrefix;
    private final List<TemplateSegment> tail;
    private final List<String> names;
    private final @Nullable PathValue[] bases;
    private final BitSet ignoringCase;
    private final BitSet followingLinks;

    /** Placeholders that take a path without a known base although another placeholder stands before them. */
    private final BitSet inFolder = new BitSet();

    /**
     * @param text the template as written
     * @param fixedPrefix the segments before the first that has a placeholder
     * @param tail the segments from there on
     * @param names the names of the placeholders, at the index that the segments use
     */
    ResourceTemplate(String text, Resource fixedPrefix, List<TemplateSegment> tail, List<String> names) {
        this(
                text,
                fixedPrefix,
                List.copyOf(tail),
                List.copyOf(names),
                new PathValue[names.size()],
                new BitSet(),
                new BitSet());
    }

    private ResourceTemplate(
            String text,
            Resource fixedPrefix,
            List<TemplateSegment> tail,
            List<String> names,
            @Nullable PathValue[] bases,
            BitSet ignoringCase,
            BitSet followingLinks) {
        this.text = text;
        this.fixedPrefix = fixedPrefix;
        this.tail = tail;
        this.names = names;
        this.bases = bases;
        this.ignoringCase = ignoringCase;
        this.followingLinks = followingLinks;
        for (int name = 0; name < names.size(); name++) {
            int placeholder = name;
            boolean behindOthers = tail.stream().skip(1).anyMatch(segment -> segment.isWhole(placeholder));
            inFolder.set(name, behindOthers && bases[name] == null);
        }
    }

    /**
     * @throws IllegalArgumentException if the template is malformed
     */
    static ResourceTemplate parse(String text) {
        return new TemplateParser(text).parse();
    }

    /** Whether the template comes to the {@linkplain #fixedPrefix fixed prefix} for every call. */
    boolean isConstant() {
        return tail.isEmpty();
    }

    /** The resource that contains all that the template can come to. */
    Resource fixedPrefix() {
        return fixedPrefix;
    }

    /** Returns the resources that the template gives for these arguments: at least one, none twice. */
    List<Resource> resolve(JsonNode arguments, Map<String, ParameterType> parameters) {
        if (isConstant()) {
            return List.of(fixedPrefix);
        }
        List<List<String>> keys = new ArrayList<>(names.size());
        long values = 1;
        long combinations = 1;
        for (String name : names) {
            int placeholder = keys.size();
            JsonNode value = find(arguments, name);
            List<String> choices = ArgumentKeys.of(value, typeOf(placeholder, parameters));
            if (bases[placeholder] == null && anyLeadsOut(choices, inFolder.get(placeholder))) {
                return List.of(fixedPrefix);
            }
            PathValue base = bases[placeholder];
            if (base != null) {
                choices = base.readings(choices);
            }
            if (followingLinks.get(placeholder)) {
                choices = RealPaths.addTo(choices, base == null ? null : base.folder(), PathValue::mayStartAtBase);
            }
            if (ignoringCase.get(placeholder)) {
                choices = ignoringCase(choices);
            }
            keys.add(choices.contains(ArgumentKeys.WIDE) ? ONLY_WIDE : choices);
            int choicesKept = keys.getLast().size();
            values *= value != null && value.size() > 1 ? Math.min(value.size(), choicesKept) : 1;
            combinations *= choicesKept;
            if (values > MAX_COMBINATIONS || combinations > MAX_RESOURCES) {
                return List.of(fixedPrefix);
            }
        }
        if (combinations == 1 && ignoringCase.isEmpty()) {
            return List.of(resolve(combination(keys, 0), NONE));
        }
        Set<Resource> resources = new LinkedHashSet<>();
        for (int i = 0; i < combinations; i++) {
            resources.add(resolve(combination(keys, i), NONE));
            if (!ignoringCase.isEmpty()) {
                resources.add(resolve(combination(keys, i), ignoringCase));
            }
        }
        return List.copyOf(resources);
    }

    /** A path is text. If its type is unknown, it has no other readings. */
    private ParameterType typeOf(int placeholder, Map<String, ParameterType> parameters) {
        ParameterType type = parameters.getOrDefault(names.get(placeholder), ParameterType.OTHER);
        boolean path = bases[placeholder] != null || followingLinks.get(placeholder);
        return path && type == ParameterType.OTHER ? ParameterType.STRING : type;
    }

    private static boolean anyLeadsOut(List<String> values, boolean inFolder) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (TemplateSegment.rises(value) || (inFolder && TemplateSegment.mayBeAbsolute(value))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns each value as it is, since another tool may regard letter case, and in the form that all its spellings
     * share.
     */
    private static List<String> ignoringCase(List<String> values) {
        Set<String> both = new LinkedHashSet<>(values);
        values.forEach(value -> both.add(Spelling.fold(value)));
        return List.copyOf(both);
    }

    private Resource resolve(String[] values, BitSet folded) {
        PathBuilder path = new PathBuilder(fixedPrefix, tail.size());
        for (TemplateSegment segment : tail) {
            if (!segment.appendTo(path, values, bases, folded)) {
                break;
            }
        }
        return path.build();
    }

    /** Returns one combination by its number; the key of the first name changes fastest. */
    private static String[] combination(List<List<String>> keys, int number) {
        String[] values = new String[keys.size()];
        int rest = number;
        for (int i = 0; i < values.length; i++) {
            List<String> choices = keys.get(i);
            values[i] = choices.get(rest % choices.size());
            rest /= choices.size();
        }
        return values;
    }

    private static @Nullable JsonNode find(JsonNode arguments, String name) {
        JsonNode object = arguments;
        String path = name;
        while (true) {
            JsonNode exact = object.get(path);
            int dot = path.indexOf('.');
            if (exact != null || dot < 0) {
                return exact;
            }
            object = object.get(path.substring(0, dot));
            if (object == null) {
                return null;
            }
            path = path.substring(dot + 1);
        }
    }

    boolean takes(String name) {
        return names.contains(name);
    }

    /**
     * @throws IllegalArgumentException if the base is not absolute, or the placeholder is only a part of a segment
     */
    ResourceTemplate withBase(String name, String base) {
        int placeholder = names.indexOf(name);
        if (placeholder < 0) {
            return this;
        }
        if (tail.stream().anyMatch(segment -> segment.takesInPart(placeholder))) {
            throw new IllegalArgumentException(
                    "template '%s' has {%s} inside a longer segment; a base needs it as a whole segment"
                            .formatted(text, name));
        }
        @Nullable PathValue[] changed = bases.clone();
        changed[placeholder] = PathValue.base(base);
        return new ResourceTemplate(text, fixedPrefix, tail, names, changed, ignoringCase, followingLinks);
    }

    ResourceTemplate withoutCase(String name) {
        return new ResourceTemplate(text, fixedPrefix, tail, names, bases, with(name, ignoringCase), followingLinks);
    }

    ResourceTemplate withLinks(String name) {
        return new ResourceTemplate(text, fixedPrefix, tail, names, bases, ignoringCase, with(name, followingLinks));
    }

    private BitSet with(String name, BitSet placeholders) {
        int placeholder = names.indexOf(name);
        if (placeholder < 0) {
            return placeholders;
        }
        BitSet changed = (BitSet) placeholders.clone();
        changed.set(placeholder);
        return changed;
    }

    /**
     * @throws IllegalArgumentException if a placeholder names no parameter of the tool
     */
    void validate(String tool, Set<String> parameterNames) {
        for (String name : names) {
            int dot = name.indexOf('.');
            if (!parameterNames.contains(name) && (dot < 0 || !parameterNames.contains(name.substring(0, dot)))) {
                throw new IllegalArgumentException("tool '%s': template '%s' takes {%s}, but the parameters are %s%s"
                        .formatted(
                                tool,
                                text,
                                name,
                                new TreeSet<>(parameterNames),
                                areNumbered(parameterNames)
                                        ? "; the class file lacks their real names, so compile with -parameters"
                                        : ""));
            }
        }
    }

    /** Whether the compiler made up the names, as it does without {@code -parameters}. */
    private static boolean areNumbered(Set<String> parameterNames) {
        return !parameterNames.isEmpty() && parameterNames.stream().allMatch(name -> name.matches("arg\\d+"));
    }

    /** Returns the template as it is understood. */
    @Override
    public String toString() {
        return isConstant() ? fixedPrefix.toString() : text;
    }
}
