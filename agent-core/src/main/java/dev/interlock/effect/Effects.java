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
 *   <li>Where it is not certain what a value names, the access <em>widens</em> to the segments before it, which contain
 *       all that it could name: {@code account/{id}} without {@code id} is {@code account}. This is so for a missing,
 *       null or empty argument, an object, and text with the characters {@code *}, {@code ?} or {@code [}.
 *   <li>An array gives one access for each element; several arrays give all combinations. An empty array widens, as
 *       does an array or object within an array, and so do more than 1,000 elements or combinations.
 *   <li>Text with slashes becomes several segments and is normalised, see {@link Resource#of(String)}. Where its
 *       {@code ..} would rise above where it begins, the access widens to the segments before the first placeholder.
 *       Of one value the first 100 segments count.
 *   <li>Numbers and truth values that are the same for a parameter of this type are one key: {@code 42}, {@code 42.0}
 *       and {@code "42"} for a number. For a parameter of unknown type the access covers each key that is meant
 *       perhaps. All other text is compared character by character, Unicode is not normalised.
 * </ul>
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

    /** Accesses by template. */
    private record Declared(Access.Kind kind, ResourceTemplate template) {
        List<Access> accesses(ToolCall call, Map<String, ParameterType> parameters) {
            List<Resource> resources = template.resolve(call.arguments(), parameters);
            if (resources.size() == 1) {
                return List.of(new Access(kind, resources.get(0)));
            }
            return resources.stream()
                    .map(resource -> new Access(kind, resource))
                    .toList();
        }

        Access constant() {
            return new Access(kind, template.fixedPrefix());
        }

        @Override
        public String toString() {
            if (kind == Access.Kind.READ) {
                return "reads " + template;
            }
            return template.isConstant() && template.fixedPrefix().equals(Resource.ROOT)
                    ? "exclusive"
                    : "writes " + template;
        }
    }

    private final List<Declared> declared;
    private final List<Function<ToolCall, Collection<Access>>> computed;
    private final List<Declared> dependOnCall;
    private final List<Access> constants;
    private final AtomicBoolean failureLogged = new AtomicBoolean();

    private Effects(List<Declared> declared, List<Function<ToolCall, Collection<Access>>> computed) {
        this.declared = declared;
        this.computed = computed;
        this.dependOnCall =
                declared.stream().filter(d -> !d.template().isConstant()).toList();
        this.constants = declared.stream()
                .filter(d -> d.template().isConstant())
                .map(Declared::constant)
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
     * @throws IllegalArgumentException if a template is malformed; the message says which and where
     */
    public static Effects reads(String... templates) {
        return declare(Access.Kind.READ, templates);
    }

    /**
     * Returns the effects of a tool that writes, and perhaps reads, some resources.
     *
     * @param templates what it writes; none means that it may write anything
     * @return the effects
     * @throws IllegalArgumentException if a template is malformed; the message says which and where
     */
    public static Effects writes(String... templates) {
        return declare(Access.Kind.WRITE, templates);
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
        return writes(resource);
    }

    /**
     * Returns effects that a function works out for each call.
     *
     * <p>The function is asked once or more often for a call, by any thread, before the call starts. When it throws, or
     * returns null or a null element, the call is a barrier, and the first time this is logged.
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
     * @throws IllegalArgumentException if annotations contradict each other, or a template is malformed
     * @see #fromAnnotations(Method, Class)
     */
    public static Optional<Effects> fromAnnotations(Method method) {
        return fromAnnotations(method, method.getDeclaringClass());
    }

    /**
     * Returns what the annotations {@link Pure}, {@link Reads}, {@link Writes} and {@link Exclusive} say of a method.
     *
     * <p>The first of these that has any of them gives the tool's own effects: the method; the methods that it overrides
     * or implements (same name and parameter types); then, without {@code @Exclusive}, the class that declares the
     * method, the class of the tool object and those between the two, and the classes that declare the overridden
     * methods. So neither a proxy nor an interface hides the annotations.
     *
     * <p>A {@code @Exclusive} on the class of the tool object or any type above it is added to that. Where it is all
     * there is, it tells only that the object is not thread-safe and not what the tool touches: then the tool is a
     * barrier.
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
        List<Access> accesses = new ArrayList<>(constants.size() + dependOnCall.size() + 2);
        accesses.addAll(constants);
        for (Declared each : dependOnCall) {
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
        for (Declared each : declared) {
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
        List<String> texts = templates.length == 0 ? List.of("/") : Arrays.asList(templates);
        return new Effects(
                texts.stream()
                        .map(text -> new Declared(kind, ResourceTemplate.parse(text)))
                        .toList(),
                List.of());
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first);
        both.addAll(second);
        return List.copyOf(both);
    }
}
