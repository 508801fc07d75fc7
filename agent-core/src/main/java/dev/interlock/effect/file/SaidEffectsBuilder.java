package dev.interlock.effect.file;

import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what an entry says about effects. Not thread-safe.
 *
 * @param <B> the builder of the entry
 */
abstract class SaidEffectsBuilder<B extends SaidEffectsBuilder<B>> {

    private final List<String> reads = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final List<String> exclusive = new ArrayList<>();
    private boolean pure;
    private final Map<String, String> paths = new LinkedHashMap<>();
    private final List<String> ignoringCase = new ArrayList<>();
    private final List<String> followingLinks = new ArrayList<>();

    SaidEffectsBuilder() {}

    abstract B self();

    /**
     * Adds resources that the tool's calls read.
     *
     * @param templates none adds nothing
     * @return this
     * @throws IllegalArgumentException if a template is blank or malformed
     */
    public B reads(String... templates) {
        return add(reads, templates);
    }

    /**
     * Adds resources that the tool's calls write.
     *
     * @param templates none adds nothing
     * @return this
     * @throws IllegalArgumentException if a template is blank or malformed
     */
    public B writes(String... templates) {
        return add(writes, templates);
    }

    /**
     * Says that the tool's calls compute from their arguments alone.
     *
     * @return this
     */
    public B pure() {
        pure = true;
        return self();
    }

    /**
     * Says that the tool's calls are barriers.
     *
     * @return this
     */
    public B exclusive() {
        return exclusive("/");
    }

    /**
     * Adds resources that no other call may touch while a call of the tool runs.
     *
     * @param templates none adds nothing
     * @return this
     * @throws IllegalArgumentException if a template is blank or malformed
     */
    public B exclusive(String... templates) {
        return add(exclusive, templates);
    }

    private B add(List<String> list, String... templates) {
        for (String template : templates) {
            SaidEffects.check(template);
        }
        list.addAll(Arrays.asList(templates));
        return self();
    }

    /**
     * Sets the base of relative paths in an argument, as {@link Effects#path} does for all templates of the entry.
     *
     * @param parameter the name of the argument
     * @param base an absolute path or a URL, not looked up
     * @return this
     * @throws IllegalArgumentException if the name is malformed or the base is not absolute
     */
    public B path(String parameter, String base) {
        named(parameter).path(parameter, base);
        paths.put(parameter, base);
        return self();
    }

    /**
     * Says that letter case does not matter in arguments, as {@link Effects#ignoringCase} does for all templates of the
     * entry.
     *
     * @param parameters the names of the arguments
     * @return this
     * @throws IllegalArgumentException if a name is malformed
     */
    public B ignoringCase(String... parameters) {
        return addNames(ignoringCase, parameters);
    }

    /**
     * Says that Interlock follows links in arguments, as {@link Effects#followingLinks} does for all templates of the
     * entry.
     *
     * @param parameters the names of the arguments
     * @return this
     * @throws IllegalArgumentException if a name is malformed
     */
    public B followingLinks(String... parameters) {
        return addNames(followingLinks, parameters);
    }

    private B addNames(List<String> list, String... parameters) {
        for (String parameter : parameters) {
            named(parameter);
        }
        list.addAll(Arrays.asList(parameters));
        return self();
    }

    /** Effects that take the parameter. */
    private static Effects named(String parameter) {
        if (parameter.isBlank() || parameter.indexOf('{') >= 0 || parameter.indexOf('}') >= 0) {
            throw new IllegalArgumentException("'" + parameter + "' is no name of a parameter");
        }
        return Effects.reads("x/{" + parameter + "}");
    }

    void add(SaidEffects said) {
        reads.addAll(said.reads());
        writes.addAll(said.writes());
        exclusive.addAll(said.exclusive());
        pure |= said.pure();
        paths.putAll(said.paths());
        ignoringCase.addAll(said.ignoringCase());
        followingLinks.addAll(said.followingLinks());
    }

    SaidEffects said() {
        return new SaidEffects(reads, writes, exclusive, pure, paths, ignoringCase, followingLinks);
    }
}
