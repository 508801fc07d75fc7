import dev.interlock.execution.ContextPropagator;
import java.util.concurrent.Callable;

/** Carries a scoped value to the threads of calls. Needs Java 25. */
public final class ScopedUser implements ContextPropagator {

    public static final ScopedValue<String> USER = ScopedValue.newInstance();

    @Override
    public Captured capture() {
        return USER.isBound() ? new Bound(USER.get()) : null;
    }

    private record Bound(String user) implements Captured {
        @Override
        public <T> T call(Callable<T> body) throws Exception {
            return ScopedValue.where(USER, user).call(body::call);
        }
    }
}
