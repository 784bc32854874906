package org.warpmix.formula;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.warpmix.formula.Expression.Binary;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Expression.Number;
import org.warpmix.formula.Expression.Parentheses;
import org.warpmix.formula.Expression.Sign;

/**
 * Expands {@code a*b}, {@code (a+b)^2}, {@code a/b} … into terms. A term is a set of variables, here of bits, as
 * in Wilkinson and Rogers 1973, Appl. Statist. 22(3).
 */
final class Expansion {

    private static final int MAX_TERMS = 10_000;

    private final Lexer lexer;
    private final List<RandomBar> bars; // null within a random term, which has none inside
    private final List<Expression> variables = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Expression> offsets = new ArrayList<>(0);
    private boolean intercept = true;
    private boolean adding = true; // false in what a minus removes
    private int inProduct; // how many operators other than + there are around

    private Expansion(Lexer lexer, List<RandomBar> bars) {
        this.lexer = lexer;
        this.bars = bars;
    }

    /**
     * Terms of a right-hand side.
     *
     * @param bars receives the random terms in their order
     */
    static Terms expand(Expression expression, List<RandomBar> bars, Lexer lexer) {
        Expansion expansion = new Expansion(lexer, bars);
        List<BitSet> terms = new ArrayList<>(expansion.terms(expression));
        terms.sort(Comparator.comparingInt(BitSet::cardinality)); // stable
        List<Term> named = new ArrayList<>(terms.size());
        for (BitSet term : terms) {
            List<Expression> factors = new ArrayList<>(term.cardinality());
            for (int v = term.nextSetBit(0); v >= 0; v = term.nextSetBit(v + 1)) {
                factors.add(expansion.variables.get(v));
            }
            named.add(new Term(factors));
        }
        return new Terms(expansion.intercept, named, expansion.offsets);
    }

    private Set<BitSet> terms(Expression expression) {
        if (expression instanceof Parentheses parentheses) {
            return isBar(parentheses.inner()) ? randomTerm((Binary) parentheses.inner()) : terms(parentheses.inner());
        }
        if (expression instanceof Binary binary) {
            return binary(binary);
        }
        if (expression instanceof Number number) {
            if (number.value() != 0 && number.value() != 1) {
                throw lexer.error(
                        "'" + number.text() + "' is no term, only 0 and 1 are. Arithmetic goes into I(…).",
                        number.position());
            }
            intercept = adding == (number.value() == 1);
            return none();
        }
        if (expression instanceof Sign sign) {
            if (!sign.minus()) {
                return terms(sign.operand());
            }
            removed(sign.operand());
            return none();
        }
        if (expression instanceof Call call && call.function() == Function.OFFSET) {
            if (inProduct > 0 || bars == null) {
                throw lexer.error("An offset can only be added to the fixed effects.", call.position());
            }
            offsets.add(call.argument(0));
            return none();
        }
        if (expression instanceof Name || expression instanceof Call) {
            BitSet term = new BitSet();
            term.set(numbers.computeIfAbsent(expression.text(), text -> {
                variables.add(expression);
                return variables.size() - 1;
            }));
            Set<BitSet> terms = none();
            terms.add(term);
            return terms;
        }
        throw lexer.error("'" + expression.text() + "' is no term.", expression.position());
    }

    /** A sum, which may be long: its tree is as deep as it has summands, so it is walked in a loop. */
    private Set<BitSet> sum(Binary sum) {
        List<Binary> operations = new ArrayList<>();
        Expression first = sum;
        while (first instanceof Binary binary && isSum(binary)) {
            operations.add(binary);
            first = binary.left();
        }
        Set<BitSet> result = terms(first);
        for (int k = operations.size() - 1; k >= 0; k--) {
            Binary operation = operations.get(k);
            if (operation.operator() == Operator.PLUS) {
                result.addAll(terms(operation.right()));
            } else {
                result.removeAll(removed(operation.right()));
            }
        }
        return result;
    }

    private Set<BitSet> binary(Binary binary) {
        if (isSum(binary)) {
            return sum(binary);
        }
        if (isBar(binary)) {
            throw lexer.error("A random term stands in parentheses: (" + binary.text() + ").", binary.position());
        }
        Operator operator = binary.operator();
        inProduct++;
        Set<BitSet> left = terms(binary.left());
        Set<BitSet> result;
        if (operator == Operator.POWER) {
            result = power(left, binary.right());
        } else {
            Set<BitSet> right = terms(binary.right());
            if (left.isEmpty() || right.isEmpty()) { // R drops the other side without a word
                Expression empty = left.isEmpty() ? binary.left() : binary.right();
                throw lexer.error(
                        "'" + empty.text() + "' has no terms that '" + operator.symbol() + "' could combine.",
                        binary.position());
            }
            result = none();
            switch (operator) {
                case TIMES -> {
                    result.addAll(left);
                    result.addAll(right);
                    cross(left, right, result, binary);
                }
                case COLON -> cross(left, right, result, binary);
                case DIVIDE -> {
                    result.addAll(left);
                    cross(Set.of(union(left)), right, result, binary);
                }
                case IN -> cross(left, Set.of(union(right)), result, binary);
                default -> throw lexer.error("'" + operator.symbol() + "' has no meaning here.", binary.position());
            }
        }
        inProduct--;
        return result;
    }

    private Set<BitSet> power(Set<BitSet> base, Expression exponent) {
        if (!(exponent instanceof Number number) || number.value() < 1 || number.value() != Math.rint(number.value())) {
            throw lexer.error(
                    "The power of a term is a whole number from 1 up, not '" + exponent.text()
                            + "'. Arithmetic goes into I(…).",
                    exponent.position());
        }
        Set<BitSet> result = base;
        int before = 0;
        for (int i = 1; i < number.value() && result.size() > before; i++) {
            before = result.size();
            Set<BitSet> next = none();
            cross(result, base, next, exponent);
            result = next;
        }
        return result;
    }

    private Set<BitSet> removed(Expression expression) {
        adding = !adding;
        inProduct++;
        Set<BitSet> terms = terms(expression);
        inProduct--;
        adding = !adding;
        return terms;
    }

    private Set<BitSet> randomTerm(Binary bar) {
        if (bars == null) {
            throw lexer.error("A random term cannot stand inside another one.", bar.position());
        }
        if (inProduct > 0) {
            throw lexer.error("A random term can only be added: + (" + bar.text() + ").", bar.position());
        }
        Terms terms = expand(bar.left(), null, lexer);
        if (!terms.intercept() && terms.terms().isEmpty()) {
            throw lexer.error("The random term (" + bar.text() + ") has no effects.", bar.position());
        }
        bars.add(new RandomBar(terms, Group.nesting(bar.right(), lexer), bar.operator() == Operator.BAR, bar.text()));
        return none();
    }

    private void cross(Set<BitSet> left, Set<BitSet> right, Set<BitSet> result, Expression where) {
        for (BitSet l : left) {
            for (BitSet r : right) {
                BitSet term = (BitSet) l.clone();
                term.or(r);
                result.add(term);
            }
            if (result.size() > MAX_TERMS) {
                throw lexer.error("The formula has more than " + MAX_TERMS + " terms.", where.position());
            }
        }
    }

    private static BitSet union(Set<BitSet> terms) {
        BitSet union = new BitSet();
        for (BitSet term : terms) {
            union.or(term);
        }
        return union;
    }

    private static Set<BitSet> none() {
        return new LinkedHashSet<>(4);
    }

    private static boolean isSum(Binary binary) {
        return binary.operator() == Operator.PLUS || binary.operator() == Operator.MINUS;
    }

    private static boolean isBar(Expression expression) {
        return expression instanceof Binary binary
                && (binary.operator() == Operator.BAR || binary.operator() == Operator.DOUBLE_BAR);
    }
}
