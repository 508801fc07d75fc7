package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnotatedEffectsTest {

    static class Plain {
        void nothing() {}

        @Pure
        void pure() {}

        @Reads({"account/{id}", "rates"})
        void reads() {}

        @Reads
        void readsAnything() {}

        @Writes("log")
        @Reads("account/{id}")
        void readsAndWrites() {}

        @Exclusive
        void barrier() {}

        @Exclusive("session")
        void session() {}

        @Idempotent
        void idempotent() {}

        @Reads("class/{x}")
        static void statically() {}
    }

    @Test
    void the_method_speaks() {
        assertThat(effects(Plain.class, "nothing")).isEmpty();
        assertThat(effects(Plain.class, "idempotent")).isEmpty();
        assertThat(words(Plain.class, "pure")).isEqualTo("pure");
        assertThat(words(Plain.class, "reads")).isEqualTo("reads account/{id}, reads rates");
        assertThat(words(Plain.class, "readsAnything")).isEqualTo("reads /");
        assertThat(words(Plain.class, "readsAndWrites")).isEqualTo("reads account/{id}, writes log");
        assertThat(words(Plain.class, "barrier")).isEqualTo("exclusive");
        assertThat(words(Plain.class, "session")).isEqualTo("writes session");
        assertThat(words(Plain.class, "statically")).isEqualTo("reads class/{x}");
    }

    @Reads("db")
    static class ReadingTools {
        void nothing() {}

        @Writes("db/x")
        void writes() {}
    }

    @Test
    void the_class_speaks_for_methods_that_say_nothing() {
        assertThat(words(ReadingTools.class, "nothing")).isEqualTo("reads db");
        assertThat(words(ReadingTools.class, "writes")).isEqualTo("writes db/x");
    }

    @Exclusive("session")
    static class Session {
        void nothing() {}

        @Pure
        void pure() {}

        @Reads("page")
        void reads() {}
    }

    static class DerivedSession extends Session {
        @Reads("other")
        void derived() {}
    }

    @Test
    void a_class_that_is_not_thread_safe_adds_its_own_resource() {
        assertThat(words(Session.class, "pure")).isEqualTo("writes session");
        assertThat(words(Session.class, "reads")).isEqualTo("reads page, writes session");
        assertThat(words(DerivedSession.class, "derived")).isEqualTo("reads other, writes session");
        assertThat(words(DerivedSession.class, "reads")).isEqualTo("reads page, writes session");
    }

    @Test
    void a_class_that_is_not_thread_safe_says_nothing_else_about_its_tools() {
        assertThat(words(Session.class, "nothing")).isEqualTo("exclusive");
    }

    @Exclusive("mine")
    static class ExclusiveReader extends Session {
        @Override
        void reads() {}
    }

    @Test
    void locks_of_all_types_add_up() {
        assertThat(words(ExclusiveReader.class, "reads")).isEqualTo("reads page, writes mine, writes session");
    }

    @Exclusive
    @Reads("a")
    static class Alone {
        void nothing() {}
    }

    @Test
    void class_annotations_combine() {
        assertThat(words(Alone.class, "nothing")).isEqualTo("reads a, exclusive");
    }

    @Pure
    static class PureBase {
        void inherited() {}
    }

    static class Extended extends PureBase {
        void added() {}
    }

    @Reads("sub")
    static class Annotated extends Plain {}

    @Test
    void the_promise_of_a_class_holds_only_for_its_own_methods() {
        assertThat(words(Extended.class, "inherited")).isEqualTo("pure");
        assertThat(effects(Extended.class, "added")).isEmpty();
    }

    @Test
    void a_tool_class_speaks_for_methods_that_it_inherits() {
        assertThat(words(Annotated.class, "nothing")).isEqualTo("reads sub");
        assertThat(words(Annotated.class, "pure")).isEqualTo("pure");
        assertThat(Effects.fromAnnotations(method(Plain.class, "nothing"))).isEmpty();
    }

    interface Declared {
        @Reads("contract/{id}")
        void tool(String id);

        @Pure
        void other();

        @Writes("x")
        default void standard() {}
    }

    @Pure
    static class Implementation implements Declared {
        @Override
        public void tool(String id) {}

        @Override
        @Writes("own")
        public void other() {}

        @SuppressWarnings("unused")
        void tool(int id) {}
    }

    /** As a code generator would subclass it. */
    static class Generated extends Implementation {
        @Override
        public void tool(String id) {}

        @Override
        public void other() {}
    }

    @Test
    void an_interface_speaks_for_methods_that_say_nothing() {
        assertThat(words(Implementation.class, "tool", String.class)).isEqualTo("reads contract/{id}");
        assertThat(words(Implementation.class, "tool", int.class)).isEqualTo("pure");
        assertThat(words(Implementation.class, "standard")).isEqualTo("writes x");
    }

    @Reads("catalogue")
    interface Catalogue {
        void find();
    }

    static class Shop implements Catalogue {
        @Override
        public void find() {}

        void buy() {}
    }

    @Test
    void an_annotated_interface_speaks_for_the_methods_that_it_declares() {
        assertThat(words(Shop.class, "find")).isEqualTo("reads catalogue");
        assertThat(effects(Shop.class, "buy")).isEmpty();
    }

    @Test
    void an_implementation_overrules_its_interface() throws NoSuchMethodException {
        assertThat(words(Implementation.class, "other")).isEqualTo("writes own");
        assertThat(Effects.fromAnnotations(Declared.class.getMethod("other"), Implementation.class))
                .hasToString("Optional[writes own]");
    }

    @Test
    void a_generated_subclass_hides_nothing() {
        assertThat(words(Generated.class, "other")).isEqualTo("writes own");
        assertThat(words(Generated.class, "tool", String.class)).isEqualTo("reads contract/{id}");
    }

    @Test
    void a_proxy_hides_nothing() throws NoSuchMethodException {
        InvocationHandler nothing = (proxy, method, arguments) -> null;
        Class<?> proxy = Proxy.newProxyInstance(
                        Declared.class.getClassLoader(), new Class<?>[] {Declared.class}, nothing)
                .getClass();
        assertThat(Effects.fromAnnotations(proxy.getMethod("tool", String.class)))
                .hasToString("Optional[reads contract/{id}]");
        assertThat(Effects.fromAnnotations(method(Implementation.class, "other"), proxy))
                .hasToString("Optional[writes own]");
    }

    static class Hiding extends Session {
        @SuppressWarnings("unused")
        private void secret() {}

        static void statically() {}
    }

    @Test
    void a_lock_covers_private_and_static_methods() {
        assertThat(words(Hiding.class, "secret")).isEqualTo("exclusive");
        assertThat(words(Hiding.class, "statically")).isEqualTo("exclusive");
    }

    static class Contradictions {
        @Pure
        @Writes("a")
        void pureWrite() {}

        @Pure
        @Reads("a")
        void pureRead() {}

        @Pure
        @Exclusive
        void pureExclusive() {}

        @Reads("a/{id")
        void malformed() {}
    }

    @Pure
    @Reads("a")
    static class PureReader {
        void nothing() {}
    }

    @Exclusive("{")
    static class MalformedLock {
        void nothing() {}
    }

    @Test
    void contradictions_are_refused_by_name() {
        String prefix = Contradictions.class.getName();
        assertRefused(Contradictions.class, "pureWrite", prefix + ".pureWrite: @Pure cannot be combined with @Writes");
        assertRefused(Contradictions.class, "pureRead", prefix + ".pureRead: @Pure cannot be combined with @Reads");
        assertRefused(
                Contradictions.class,
                "pureExclusive",
                prefix + ".pureExclusive: @Pure cannot be combined with @Exclusive");
        assertRefused(
                PureReader.class, "nothing", PureReader.class.getName() + ": @Pure cannot be combined with @Reads");
    }

    @Test
    void a_malformed_template_is_refused_with_class_and_method() {
        assertRefused(
                Contradictions.class,
                "malformed",
                Contradictions.class.getName() + ".malformed: template 'a/{id': '{' without '}'");
        assertRefused(MalformedLock.class, "nothing", MalformedLock.class.getName() + ": template '{': ");
    }

    private static void assertRefused(Class<?> toolClass, String method, String message) {
        assertThatThrownBy(() -> effects(toolClass, method))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static String words(Class<?> toolClass, String method, Class<?>... parameters) {
        return effects(toolClass, method, parameters).orElseThrow().toString();
    }

    private static Optional<Effects> effects(Class<?> toolClass, String method, Class<?>... parameters) {
        return Effects.fromAnnotations(method(toolClass, method, parameters), toolClass);
    }

    /** The most specific method, of whatever visibility. */
    private static Method method(Class<?> type, String name, Class<?>... parameters) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Method method : each.getDeclaredMethods()) {
                if (method.getName().equals(name) && Arrays.equals(method.getParameterTypes(), parameters)) {
                    return method;
                }
            }
        }
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
