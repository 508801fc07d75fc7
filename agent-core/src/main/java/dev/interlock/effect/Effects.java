package dev.interlock.effect;

import dev.interlock.call.ToolCall;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the calls of a tool read and write.
 *
 * {@snippet :
 * Effects transfer = Effects.writes("account/{from}", "account/{to}").and(Effects.reads("rates"));
 * }
 *
 * <h2>Templates</h2>
 *
 * <p>A template is a path of a {@link Resource} that may take arguments of the call:
 *
 * <ul>
 *   <li>{@code {name}} takes the argument of that name. {@code {a.b}} takes the argument named {@code a.b} or, where
 *       there is none, the field {@code b} of the object {@code a}, and so on deeper. Any characters but braces can be
 *       part of a name; <code>{{</code> and <code>}}</code> are literal braces.
 *   <li>Where a value may name several things, the access <em>widens</em> to the segments before it: {@code account/{id}}
 *       without {@code id} is {@code account}. This is so for a missing, null or empty argument, an object, and text with
 *       the characters {@code *}, {@code ?} or {@code [}.
 *   <li>An array gives one access for each element; several arrays give all combinations. An empty array widens, as
 *       does an array or object within an array, and so do more than 1,000 elements or combinations.
 *   <li>Text with slashes or backslashes becomes several segments and is normalised, see {@link Resource#of(String)}.
 *       Where its {@code ..} would rise above where it begins, the access widens to the segments before the first
 *       placeholder. Of one value the first 100 segments count.
 *   <li>An absolute path may be the same as a relative one, see below.
 *   <li>Numbers and truth values that are the same for a parameter of this type are one key: {@code 42}, {@code 42.0}
 *       and {@code "42"} for a number. For a parameter of unknown type the access covers each key that is meant
 *       perhaps. All other text is compared character by character, Unicode is not normalised.
 * </ul>
 *
 * <h2>Paths of files and addresses</h2>
 *
 * <p>{@code /data/notes.md} may be the same file as {@code notes.md}. So an argument that is absolute ({@code /data},
 * {@code \\server\share}, {@code C:\data}, {@code ~/data}, {@code file:///data}, {@code https://example.org/x}) conflicts
 * with each relative one at this place of the template; relative ones are compared with each other, absolute ones too. What
 * may be anywhere ({@code ../notes.md}, {@code C:notes.md}, {@code ~bob/notes.md}, {@code $HOME/notes.md}, an absolute path
 * behind another placeholder) widens to the segments before the first placeholder. {@link #path} says what relative paths
 * are relative to; then all are absolute, and only what is the same conflicts:
 *
 * {@snippet :
 * Effects write = Effects.writes("file/{path}").path("path", "/data");
 * }
 *
 * <p>Segments are case-sensitive. For files on a system that is not, as Windows and macOS mostly are, add {@link
 * #ignoringCase}; paths that begin with a drive never regard case. For symbolic links add {@link #followingLinks}. Where a
 * file has several names otherwise, by hard links, mounts or Windows' short names, declare a folder that has it under all.
 *
 * <p>In the template itself a segment with {@code *}, {@code ?} or {@code [} ends it, as {@code file/*} means what
 * {@code file} means anyway, and {@code ..} is not allowed behind a placeholder.
 *
 * <p>Immutable, and safe for use by several threads as far as the functions given to {@link #of} are.
 */
public final class Effects {

    private static final Logger log = LoggerFactory.getLogger(Effects.class);
    private static final List<Access> BARRIER = List.of(Access.write(Resource.ROOT));
    private static final Effects PURE = new Effects(List.of(), List.of());
    private static final Effects EXCLUSIVE = writes("/");

    private final List<DeclaredAccess> declared;
    private final List<Function<ToolCall, Collection<Access>>> computed;
    private final List<DeclaredAccess> dependOnCall;
    private final List<Access> constants;
    private final AtomicBoolean failureLogged = new AtomicBoolean();

    private Effects(List<DeclaredAccess> declared, List<Function<ToolCall, Collection<Access>>> computed) {
        this.declared = declared;
        this.computed = computed;
        this.dependOnCall =
                declared.stream().filter(d -> !d.template().isConstant()).toList();
        this.constants = declared.stream()
                .filter(d -> d.template().isConstant())
                .map(DeclaredAccess::constant)
                .distinct()
                .toList();
    }

    /**
     * Returns the effects of a tool that touches nothing that other tools change, and changes nothing.
     *
     * @return effects without any access
     */
    public static Effects pure() {
        return PURE;
    }

    /**
     * Returns the effects of a tool that only reads.
     *
     * @param templates what it reads; none means that it may read anything
     * @return the effects
     * @throws IllegalArgumentException if a template is blank or malformed; the message says which and where
     */
    public static Effects reads(String... templates) {
        return declare(Access.Kind.READ, DeclaredAccess.named(Access.Kind.READ, templates));
    }

    /**
     * Returns the effects of a tool that writes, and perhaps reads, some resources.
     *
     * @param templates what it writes; none means that it may write anything
     * @return the effects
     * @throws IllegalArgumentException if a template is blank or malformed; the message says which and where
     */
    public static Effects writes(String... templates) {
        return declare(Access.Kind.WRITE, DeclaredAccess.named(Access.Kind.WRITE, templates));
    }

    /**
     * Returns the effects of a barrier: its calls run after all earlier and before all later calls of their batch.
     *
     * @return effects that write the root
     */
    public static Effects exclusive() {
        return EXCLUSIVE;
    }

    /**
     * Returns the effects of a tool that overlaps with no other that touches a resource; the same as to write it.
     *
     * @param resource the template of the resource; empty means the root
     * @return the effects
     * @throws IllegalArgumentException if the template is malformed
     */
    public static Effects exclusive(String resource) {
        return declare(Access.Kind.WRITE, resource);
    }

    /**
     * Returns effects that a function works out for each call.
     *
     * <p>Any thread may ask it, once or more often for a call, before the call starts. When it throws, or returns null or a
     * null element, the call is a barrier, and the first time this is logged.
     *
     * @param computed gives the accesses of a call; none means that it touches nothing
     * @return the effects
     */
    public static Effects of(Function<ToolCall, Collection<Access>> computed) {
        return new Effects(List.of(), List.of(Objects.requireNonNull(computed, "computed")));
    }

    /**
     * Returns what the annotations of a method and of the class that declares it say.
     *
     * @param method the tool's method
     * @return the effects; empty if no annotation says anything
     * @throws IllegalArgumentException as {@link #fromAnnotations(Method, Class)}
     */
    public static Optional<Effects> fromAnnotations(Method method) {
        return fromAnnotations(method, method.getDeclaringClass());
    }

    /**
     * Returns what the annotations {@link Pure}, {@link Reads}, {@link Writes} and {@link Exclusive} say of a method.
     *
     * <p>The first of these that has any of them gives the tool's own effects: the method; the methods that it overrides or
     * implements (same name and parameter types); then, without {@code @Exclusive}, the class that declares the method, the
     * tool object's class and those between the two, and the classes that declare the overridden methods. So neither a proxy
     * nor an interface hides the annotations.
     *
     * <p>A {@code @Exclusive} on the class of the tool object or any type above it is added to that. Where it is all there
     * is, it tells only that the object is not thread-safe, not what the tool touches: then the tool is a barrier.
     *
     * @param method the tool's method
     * @param toolClass the class of the object that it is called on
     * @return the effects; empty if no annotation says anything
     * @throws IllegalArgumentException if annotations contradict each other, such as {@code @Pure} with
     *     {@code @Writes}, or a template is malformed; the message names class and method
     */
    public static Optional<Effects> fromAnnotations(Method method, Class<?> toolClass) {
        return AnnotatedEffects.of(method, toolClass)
                .map(said -> said.stream()
                        .map(each -> declare(each.kind(), each.templates().toArray(String[]::new)))
                        .reduce(PURE, Effects::and));
    }

    /**
     * Returns the effects of a tool that does what these and the other effects say.
     *
     * @param other the other effects
     * @return both together
     */
    public Effects and(Effects other) {
        return new Effects(concat(declared, other.declared), concat(computed, other.computed));
    }

    /**
     * Returns these effects for a tool that takes relative paths in an argument, and to what they are relative. For the
     * base {@code /data}, {@code notes.md} and {@code /data/notes.md} are one resource.
     *
     * <p>Templates added by {@link #and} later stay as they are. The argument must be a whole segment: {@code file/{path}},
     * not {@code file/{path}.txt}.
     *
     * @param parameter the name of the argument, with or without braces: {@code path} or {@code {path}}
     * @param base an absolute path without wildcards, of any system, or a URL; it is not looked up anywhere
     * @return the changed effects
     * @throws IllegalArgumentException if no template takes the argument, one takes it for a part of a name, or the base is
     *     not absolute
     */
    public Effects path(String parameter, String base) {
        Objects.requireNonNull(base, "base");
        String name = nameOf(parameter);
        return change(name, template -> template.withBase(name, base));
    }

    /**
     * Returns these effects for a tool that takes {@code Notes.md} and {@code notes.md} in an argument for the same, and
     * Unicode's spellings of one letter. Literal segments of the templates stay as they are.
     *
     * @param parameter the name of the argument, with or without braces: {@code path} or {@code {path}}
     * @return the changed effects
     * @throws IllegalArgumentException if no template takes the argument
     */
    public Effects ignoringCase(String parameter) {
        String name = nameOf(parameter);
        return change(name, template -> template.withoutCase(name));
    }

    /**
     * Returns these effects for a tool that follows symbolic links of this machine. Where a path leads to when the call is
     * planned is accessed as well; what cannot be looked up widens. Of relative paths without a base no link is known.
     *
     * @param parameter the name of the argument, with or without braces: {@code path} or {@code {path}}
     * @return the changed effects
     * @throws IllegalArgumentException if no template takes the argument
     */
    public Effects followingLinks(String parameter) {
        String name = nameOf(parameter);
        return change(name, template -> template.withLinks(name));
    }

    private static String nameOf(String parameter) {
        boolean braces = parameter.length() > 2 && parameter.startsWith("{") && parameter.endsWith("}");
        return braces ? parameter.substring(1, parameter.length() - 1) : parameter;
    }

    private Effects change(String name, UnaryOperator<ResourceTemplate> change) {
        if (declared.stream().noneMatch(each -> each.template().takes(name))) {
            throw new IllegalArgumentException("no template takes {%s}: %s".formatted(name, this));
        }
        return new Effects(declared.stream().map(each -> each.with(change)).toList(), computed);
    }

    /**
     * Returns the accesses of a call whose parameter types are not known.
     *
     * @param call the call
     * @return the accesses, see {@link #accesses(ToolCall, Map)}
     */
    public List<Access> accesses(ToolCall call) {
        return accesses(call, Map.of());
    }

    /**
     * Returns the accesses of a call. Never throws, whatever the arguments are: a call whose arguments are no JSON
     * object writes the root.
     *
     * @param call the call
     * @param parameters the types of the tool's parameters by name, as far as they are known
     * @return the accesses, unmodifiable; empty if it touches nothing
     */
    public List<Access> accesses(ToolCall call, Map<String, ParameterType> parameters) {
        if (!call.hasObjectArguments()) {
            return BARRIER;
        }
        if (isStatic()) {
            return constants;
        }
        if (constants.isEmpty() && computed.isEmpty() && dependOnCall.size() == 1) {
            return dependOnCall.get(0).accesses(call, parameters);
        }
        List<Access> accesses = new ArrayList<>(constants);
        for (DeclaredAccess each : dependOnCall) {
            accesses.addAll(each.accesses(call, parameters));
        }
        for (Function<ToolCall, Collection<Access>> function : computed) {
            List<Access> result = compute(function, call);
            if (result == null) {
                return BARRIER;
            }
            accesses.addAll(result);
        }
        return List.copyOf(accesses);
    }

    /** The function is the user's: whatever it throws, the call must get its result and keep its order. */
    private @Nullable List<Access> compute(Function<ToolCall, Collection<Access>> function, ToolCall call) {
        try {
            return List.copyOf(function.apply(call));
        } catch (Throwable e) {
            if (failureLogged.compareAndSet(false, true)) {
                log.warn("the effects of tool '{}' could not be computed; such a call is a barrier", call.tool(), e);
            }
            return null;
        }
    }

    /**
     * Tells whether no call touches anything.
     *
     * @return true if nothing is declared
     */
    public boolean isPure() {
        return declared.isEmpty() && computed.isEmpty();
    }

    /**
     * Tells whether every call is a barrier, whatever its arguments are.
     *
     * @return true if the root is written
     */
    public boolean isBarrier() {
        return constants.containsAll(BARRIER);
    }

    /**
     * Tells whether no call writes anything, whatever its arguments are.
     *
     * @return true if nothing is declared but reads; false if a function works out the accesses
     */
    public boolean isReadOnly() {
        return computed.isEmpty() && declared.stream().allMatch(d -> d.kind() == Access.Kind.READ);
    }

    /**
     * Tells whether the accesses are the same for all calls, apart from those whose arguments are no JSON object.
     *
     * @return true if no template takes an argument and no function works out the accesses
     */
    public boolean isStatic() {
        return dependOnCall.isEmpty() && computed.isEmpty();
    }

    /**
     * Tells whether a function works out accesses, so that it needs to know all arguments.
     *
     * @return true if there is such a function
     */
    public boolean isComputed() {
        return !computed.isEmpty();
    }

    /**
     * Checks that the templates take only arguments that the tool has.
     *
     * @param tool the name of the tool, for the message
     * @param parameterNames the names of its parameters
     * @throws IllegalArgumentException if a template takes another; the message names tool, template and parameters
     */
    public void validate(String tool, Set<String> parameterNames) {
        for (DeclaredAccess each : declared) {
            each.template().validate(tool, parameterNames);
        }
    }

    /**
     * Returns the effects in words.
     *
     * @return for instance {@code reads account/{id}, writes log}
     */
    @Override
    public String toString() {
        if (isPure()) {
            return "pure";
        }
        Set<String> words = new LinkedHashSet<>();
        declared.forEach(each -> words.add(each.toString()));
        computed.forEach(function -> words.add("computed for each call"));
        return String.join(", ", words);
    }

    private static Effects declare(Access.Kind kind, String... templates) {
        Stream<String> texts = templates.length == 0 ? Stream.of("/") : Arrays.stream(templates);
        return new Effects(texts.map(text -> DeclaredAccess.of(kind, text)).toList(), List.of());
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
