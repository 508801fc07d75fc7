package dev.interlock.testing;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.Tool;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Accounts with tools whose effects are true, and wrong ones. */
final class Bank {

    private final Map<Integer, Integer> balances = new ConcurrentHashMap<>(Map.of(1, 100, 2, 200));

    Map<Integer, Integer> balances() {
        return new TreeMap<>(balances);
    }

    /** True effects. */
    static class Right {

        final Bank bank;

        Right(Bank bank) {
            this.bank = bank;
        }

        @Tool("Tells the balance of an account")
        @Reads("account/{account}")
        int balance(int account) {
            return bank.balances.getOrDefault(account, 0);
        }

        @Tool("Adds to an account")
        @Writes("account/{account}")
        int deposit(int account, int amount) {
            return bank.balances.merge(account, amount, Integer::sum);
        }

        @Tool("Moves money")
        @Writes({"account/{from}", "account/{to}"})
        String transfer(int from, int to, int amount) {
            if (bank.balances.getOrDefault(from, 0) < amount) {
                throw new IllegalStateException("account " + from + " has too little");
            }
            bank.balances.merge(from, -amount, Integer::sum);
            bank.balances.merge(to, amount, Integer::sum);
            return "moved " + amount;
        }

        @Tool("Works out interest")
        @Pure
        int interest(int amount) {
            return amount / 50;
        }
    }

    /** A write that is called a read. */
    static final class DepositReads extends Right {
        DepositReads(Bank bank) {
            super(bank);
        }

        @Override
        @Tool("Adds to an account")
        @Reads("account/{account}")
        int deposit(int account, int amount) {
            return super.deposit(account, amount);
        }
    }

    /** A key that is missing. */
    static final class TransferForgetsTo extends Right {
        TransferForgetsTo(Bank bank) {
            super(bank);
        }

        @Override
        @Tool("Moves money")
        @Writes("account/{from}")
        String transfer(int from, int to, int amount) {
            return super.transfer(from, to, amount);
        }
    }

    /** A read that touches nothing, by its word. */
    static final class BalanceIsPure extends Right {
        BalanceIsPure(Bank bank) {
            super(bank);
        }

        @Override
        @Tool("Tells the balance of an account")
        @Pure
        int balance(int account) {
            return super.balance(account);
        }
    }

    /** A key that is too narrow. */
    static final class DepositTooNarrow extends Right {
        DepositTooNarrow(Bank bank) {
            super(bank);
        }

        @Override
        @Tool("Adds to an account")
        @Writes("account/{account}/{amount}")
        int deposit(int account, int amount) {
            return super.deposit(account, amount);
        }
    }
}
