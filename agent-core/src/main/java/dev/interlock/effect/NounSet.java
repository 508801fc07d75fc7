package dev.interlock.effect;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Some nouns, of which {@link #has} tells in constant time whether one is like another. A description may have
 * thousands of words and a tool thousands of parameters: comparing each with each takes too long. Immutable.
 */
final class NounSet {

    private final Set<String> singulars;
    private final boolean generic;

    NounSet(Collection<String> nouns) {
        Set<String> all = new HashSet<>();
        nouns.forEach(noun -> all.add(Nouns.singular(noun)));
        this.singulars = Set.copyOf(all);
        this.generic = nouns.stream().anyMatch(Nouns::isGeneric);
    }

    /** Whether one of the nouns is like this one, as {@link Nouns#areAlike} says. */
    boolean has(String noun) {
        return singulars.contains(Nouns.singular(noun)) || (generic && Nouns.isGeneric(noun));
    }
}
