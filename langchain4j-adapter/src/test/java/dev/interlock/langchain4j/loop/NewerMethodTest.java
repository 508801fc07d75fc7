package dev.interlock.langchain4j.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;

class NewerMethodTest {

    private static final MethodType ONE_STRING = MethodType.methodType(String.class, String.class);

    public static class Base {
        public String greet(String who) throws IOException {
            if (who.isEmpty()) {
                throw new IOException("nobody");
            }
            return "hello " + who;
        }
    }

    static final class Derived extends Base {
        static final NewerMethod GREET =
                NewerMethod.overridden(MethodHandles.lookup(), Base.class, "greet", ONE_STRING);

        @Override
        public String greet(String who) {
            return "derived";
        }
    }

    @Test
    void method_that_is_there_is_invoked() {
        NewerMethod method = NewerMethod.of(Base.class, "greet", ONE_STRING);

        assertThat(method.isThere()).isTrue();
        assertThat(method.invoke(new Base(), "you")).isEqualTo("hello you");
        assertThat(method.invoke(new Derived(), "you")).isEqualTo("derived");
    }

    @Test
    void overridden_method_is_invoked_on_a_subclass() {
        assertThat(Derived.GREET.invoke(new Derived(), "you")).isEqualTo("hello you");
    }

    @Test
    void what_the_method_throws_is_thrown_as_it_is() {
        assertThatThrownBy(() -> Derived.GREET.invoke(new Derived(), ""))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("nobody");
    }

    @Test
    void method_that_is_not_there_is_named() {
        NewerMethod method = NewerMethod.of(Base.class, "greet", MethodType.methodType(int.class));

        assertThat(method.isThere()).isFalse();
        assertThatThrownBy(() -> method.invoke(new Base()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Base.greet");
    }
}
