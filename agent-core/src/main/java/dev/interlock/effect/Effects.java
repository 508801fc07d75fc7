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
 *   <li>{@code {name}} takes the argument of that name. {@code {a.b}} takes the argument named {@code a.b}; if the call
 *       has none, it takes the field {@code b} of the object {@code a}, and so on deeper. A name can hold any
 *       characters but braces; <code>{{</code> and <code>}}</code> are literal braces.
 *   <li>A value that may name several things <em>widens</em> the access to the segments before it: {@code account/{id}}
 *       without {@code id} is {@code account}. A missing, null or empty argument widens, and so do an object and a text
 *       with the characters {@code *}, {@code ?} or {@code [}.
 *   <li>An array gives one access for each element; several arrays give all combinations. An empty array widens. So do
 *       arrays or objects inside it, and more than 1,000 elements or combinations.
 *   <li>Text with slashes or backslashes becomes several segments and is normalised, see {@link Resource#of(String)}. A
 *       text that leads above its start, such as {@code a/../../b}, widens the access to the segments before the first
 *       placeholder. Only a value's first 100 segments count.
 *   <li>An absolute path may be the same as a relative one, see below.
 *   <li>Spellings of one number or truth value name one resource if the parameter has that type, such as {@code 42},
 *       {@code 42.0} and {@code "42"}; see {@link ParameterType}. If the type is unknown, the access covers all
 *       readings. All other texts are compared character by character; Unicode is not normalised.
 * </ul>
 *
 * <h2>Paths of files and addresses</h2>
 *
 * <p>{@code /data/notes.md} may be the same file as {@code notes.md}. So an absolute argument ({@code /data},
 * {@code \\server\share}, {@code C:\data}, {@code ~/data}, {@code file:///data}, {@code https://example.org/x})
 * conflicts with each relative one at the same place of the template. Two relative arguments, or two absolute ones,
 * conflict only if they name the same path or one lies in the other. An argument that may lie anywhere widens to the
 * segments before the first placeholder: {@code ../notes.md}, {@code C:notes.md}, {@code ~bob/notes.md},
 * {@code /home/$USER/notes.md}, or an absolute path behind another placeholder. {@link #path} names the base of
 * relative paths. Then only equal or nested paths conflict:
 *
 * {@snippet :
 * Effects write = Effects.writes("file/{path}").path("path", "/data");
 * }
 *
 * <p>Segments are case-sensitive. For files on a system that is not, such as most Windows and macOS systems, add
 * {@link #ignoringCase}; paths that begin with a drive or {@code \\server} follow the rules of Windows in any event.
 * For symbolic links, add {@link #followingLinks}. A file may have several names for other reasons, such as hard links
 * or mounts. Then declare a folder that contains the file under all its names.
 *
 * <p>In the template itself, a segment with {@code *}, {@code ?} or {@code [} ends the template, since {@code file/*}
 * means the same as {@code file}. A template must not have {@code ..} behind a placeholder.
 *
 * <p>Immutable, and thread-safe if the functions given to {@link #of} are.
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
     * Returns the effects of a tool that changes nothing and touches nothing that other tools change.
     *
     * @return effects without any access
     */
    public static Effects pure() {
        return PURE;
    }

    /**
     * {@return the effects of a tool that only reads}
     *
     * @param templates the templates of what the tool reads; none means that it may read anything
     * @throws IllegalArgumentException if a template is blank or malformed; the message says which and where
     */
    public static Effects reads(String... templates) {
        return declare(Access.Kind.READ, DeclaredAccess.named(Access.Kind.READ, templates));
    }

    /**
     * {@return the effects of a tool that writes some resources, and may read them too}
     *
     * @param templates the templates of what the tool writes; none means that it may write anything
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
     * {@return the effects of a tool that needs a resource for itself; its calls count as writes of it}
     *
     * @param resource the template of the resource; empty means the root
     * @throws IllegalArgumentException if the template is malformed
     */
    public static Effects exclusive(String resource) {
        return declare(Access.Kind.WRITE, resource);
    }

    /**
     * Returns effects that a function computes for each call.
     *
     * <p>Any thread may ask the function, once or several times, before the call starts. If it throws, or returns null
     * or a null element, the call is a barrier. The library logs the first failure.
     *
     * @param computed returns a call's accesses; none means that the call touches nothing
     * @return the effects
     */
    public static Effects of(Function<ToolCall, Collection<Access>> computed) {
        return new Effects(List.of(), List.of(Objects.requireNonNull(computed, "computed")));
    }

    /**
     * Returns the effects that the annotations of a method and of its declaring class state.
     *
     * @param method the tool's method
     * @return the effects; empty if no annotation says anything
     * @throws IllegalArgumentException as {@link #fromAnnotations(Method, Class)}
     */
    public static Optional<Effects> fromAnnotations(Method method) {
        return fromAnnotations(method, method.getDeclaringClass());
    }

    /**
     * Returns the effects that {@link Pure}, {@link Reads}, {@link Writes} and {@link Exclusive} state for a method.
     *
     * <p>The tool's own effects come from the first place that has {@code @Pure}, {@code @Reads} or {@code @Writes}, or
     * an {@code @Exclusive} on a method. The search looks at the method, then at the methods that it overrides or
     * implements (same name and parameter types), then at the class that declares it, the tool object's class, the
     * classes between, and those of overridden methods. So neither a proxy nor an interface hides the annotations.
     *
     * <p>An {@code @Exclusive} on the tool object's class, or on a type above it, says only that the object is not
     * thread-safe. It adds its resource to the effects found. If no effects are found, the tool is a barrier.
     *
     * @param method the tool's method
     * @param toolClass the class of the tool object
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
     * Returns the effects of a tool that has both these and the other effects.
     *
     * @param other the other effects
     * @return both together
     */
    public Effects and(Effects other) {
        return new Effects(concat(declared, other.declared), concat(computed, other.computed));
    }

    /**
     * Returns these effects with a base for the relative paths in an argument. With the base {@code /data},
     * {@code notes.md} and {@code /data/notes.md} are one resource.
     *
     * <p>Templates added later do not change. The argument must be a whole segment: {@code file/{path}}.
     *
     * @param parameter the name of the argument, with or without braces: {@code path} or {@code {path}}
     * @param base an absolute path of any system or a URL, without wildcards, not looked up; end a folder's with a
     *     slash
     * @return the changed effects
     * @throws IllegalArgumentException if no template has the argument as a segment, or the base is not absolute
     */
    public Effects path(String parameter, String base) {
        Objects.requireNonNull(base, "base");
        String name = TemplateParser.nameOf(parameter);
        return change(name, template -> template.withBase(name, base));
    }

    /**
     * Returns these effects for a tool that ignores letter case in an argument: {@code Notes.md} and {@code notes.md}
     * are then one resource, and so are Unicode's spellings of one letter, and Windows' spellings of a name: with dots
     * and blanks behind it, or shortened ({@code NOTES~1.MD}). Segments without the argument do not change.
     *
     * @param parameter the name of the argument, with or without braces: {@code path} or {@code {path}}
     * @return the changed effects
     * @throws IllegalArgumentException if no template takes the argument
     */
    public Effects ignoringCase(String parameter) {
        String name = TemplateParser.nameOf(parameter);
        return change(name, template -> template.withoutCase(name));
    }

    /**
     * Returns these effects for a tool that follows this machine's symbolic links. When the engine plans a call, it
     * looks up where the links lead, and the call also accesses that target. If the file system does not answer, the
     * access widens. Links of relative paths without a base stay unknown.
     *
     * <p>A call that starts later may find other links. So a tool that makes, moves or removes links, or folders that
     * hold some, must write a resource that contains all paths through them, such as {@code file}.
     *
     * @param parameter the name of the argument, with or without braces: {@code path} or {@code {path}}
     * @return the changed effects
     * @throws IllegalArgumentException if no template takes the argument
     */
    public Effects followingLinks(String parameter) {
        String name = TemplateParser.nameOf(parameter);
        return change(name, template -> template.withLinks(name));
    }

    private Effects change(String name, UnaryOperator<ResourceTemplate> change) {
        if (declared.stream().noneMatch(each -> each.template().takes(name))) {
            throw new IllegalArgumentException("no template takes the parameter {%s} in: %s".formatted(name, this));
        }
        return new Effects(declared.stream().map(each -> each.with(change)).toList(), computed);
    }

    /**
     * Returns the accesses of a call with unknown parameter types.
     *
     * @param call the call
     * @return the accesses, see {@link #accesses(ToolCall, Map)}
     */
    public List<Access> accesses(ToolCall call) {
        return accesses(call, Map.of());
    }

    /**
     * Returns the accesses of a call. Never throws: a call whose arguments are not a JSON object writes the root.
     *
     * @param call the call
     * @param parameters the known types of the tool's parameters, by name
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

    /** The function is the user's. If it throws, the call must still get its result and keep its order. */
    private @Nullable List<Access> compute(Function<ToolCall, Collection<Access>> function, ToolCall call) {
        try {
            return List.copyOf(function.apply(call));
        } catch (Throwable e) {
            if (failureLogged.compareAndSet(false, true)) {
                log.warn("computing the effects of a call of tool '{}' failed; the call is a barrier", call.tool(), e);
            }
            return null;
        }
    }

    /**
     * Tells whether the tool's calls touch nothing.
     *
     * @return true if these effects have no accesses
     */
    public boolean isPure() {
        return declared.isEmpty() && computed.isEmpty();
    }

    /**
     * Tells whether every call is a barrier, no matter what its arguments are.
     *
     * @return true if these effects write the root
     */
    public boolean isBarrier() {
        return constants.containsAll(BARRIER);
    }

    /**
     * Tells whether no call writes anything, no matter what its arguments are.
     *
     * @return true if all accesses are reads; false if a function computes the accesses
     */
    public boolean isReadOnly() {
        return computed.isEmpty() && declared.stream().allMatch(d -> d.kind() == Access.Kind.READ);
    }

    /**
     * Tells whether all calls have the same accesses, except those whose arguments are not a JSON object.
     *
     * @return true if no template takes an argument and no function computes the accesses
     */
    public boolean isStatic() {
        return dependOnCall.isEmpty() && computed.isEmpty();
    }

    /**
     * Tells whether a function computes the accesses. Such a function needs all arguments.
     *
     * @return true if there is such a function
     */
    public boolean isComputed() {
        return !computed.isEmpty();
    }

    /**
     * Checks that the templates take only parameters that the tool has.
     *
     * @param tool the name of the tool, for the message
     * @param parameterNames the names of its parameters
     * @throws IllegalArgumentException if a template takes any other; the message names tool, template and parameters
     */
    public void validate(String tool, Set<String> parameterNames) {
        for (DeclaredAccess each : declared) {
            each.template().validate(tool, parameterNames);
        }
    }

    /**
     * Returns the effects in words.
     *
     * @return for example {@code reads account/{id}, writes log}
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
