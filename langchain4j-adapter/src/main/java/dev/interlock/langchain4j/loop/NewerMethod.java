package dev.interlock.langchain4j.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * A method of LangChain4j that some supported versions lack, maybe even the one that this compiles against. Newer
 * versions call the library's overriding methods, which match by name and descriptor; those forward through this class.
 * Thread-safe.
 */
public final class NewerMethod {

    private final String words;
    private final @Nullable MethodHandle handle;

    private NewerMethod(String words, @Nullable MethodHandle handle) {
        this.words = words;
        this.handle = handle;
    }

    /**
     * Looks up a public method.
     *
     * @param owner the type that declares it
     * @param name its name
     * @param type what it takes and returns, without the receiver
     * @return the method, which need not be there
     */
    public static NewerMethod of(Class<?> owner, String name, MethodType type) {
        return found(owner, name, () -> MethodHandles.publicLookup().findVirtual(owner, name, type));
    }

    /**
     * Looks up a method that a class overrides, so that the class can still call it.
     *
     * @param subclass looks up as the class that overrides it
     * @param owner the class that declares it
     * @param name its name
     * @param type what it takes and returns, without the receiver
     * @return the method, which need not be there
     */
    public static NewerMethod overridden(MethodHandles.Lookup subclass, Class<?> owner, String name, MethodType type) {
        return found(owner, name, () -> subclass.findSpecial(owner, name, type, subclass.lookupClass()));
    }

    private interface LookUp {
        MethodHandle find() throws ReflectiveOperationException;
    }

    private static NewerMethod found(Class<?> owner, String name, LookUp lookUp) {
        String words = owner.getName() + "." + name;
        try {
            return new NewerMethod(words, lookUp.find());
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return new NewerMethod(words, null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(words, e);
        }
    }

    /**
     * Tells whether this version of LangChain4j has the method.
     *
     * @return false if it must not be invoked
     */
    public boolean isThere() {
        return handle != null;
    }

    /**
     * Invokes the method.
     *
     * @param receiverAndArguments the receiver, then the arguments
     * @return what it returns
     * @throws UnsupportedOperationException if this version of LangChain4j lacks the method
     */
    public @Nullable Object invoke(@Nullable Object... receiverAndArguments) {
        MethodHandle found = handle;
        if (found == null) {
            throw new UnsupportedOperationException("this version of LangChain4j has no method " + words);
        }
        try {
            return found.invokeWithArguments(receiverAndArguments);
        } catch (Throwable e) {
            throw new LoopExit(e).unwrap();
        }
    }
}
