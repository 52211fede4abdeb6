"""What a telling spends is what the definition of differential privacy says, and the noise is what was promised."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from temporec_mcp.models.gaussian import GRID, Teller, delta_of, epsilon_of, mu_of, system_noise, together


def delta_by_definition(epsilon: float, mu: float) -> float:
    """Integrate how much likelier, beyond e^epsilon, an answer is with a user than without."""

    def surplus(x: float) -> float:
        return max(0.0, float(norm.pdf(x, mu) - np.exp(epsilon) * norm.pdf(x)))

    start = epsilon / mu + mu / 2.0  # from here on the surplus is above 0
    return quad(surplus, start, start + 12.0, epsabs=1e-13)[0]


@pytest.mark.parametrize(("epsilon", "mu"), [(0.5, 0.4), (1.0, 0.5), (3.0, 1.0), (8.0, 2.5)])
def test_delta_is_what_the_definition_gives(epsilon: float, mu: float) -> None:
    assert delta_of(epsilon, mu) == pytest.approx(delta_by_definition(epsilon, mu), rel=1e-5)


def test_known_values_come_out() -> None:
    assert delta_of(1.0, 1.0) == pytest.approx(0.12693673750664397)
    assert 1.0 / mu_of(1.0, 1e-5) == pytest.approx(3.7306, abs=1e-3)
    assert [round(1.0 / mu_of(epsilon), 3) for epsilon in (1.0, 3.0, 10.0)] == [4.225, 1.544, 0.541]


@pytest.mark.parametrize("epsilon", [0.05, 1.0, 3.0, 20.0])
def test_the_epsilon_of_a_promise_comes_back(epsilon: float) -> None:
    assert epsilon_of(mu_of(epsilon)) == pytest.approx(epsilon)


def test_two_tellings_spend_more_than_one_and_less_than_twice() -> None:
    mu = mu_of(3.0)
    assert together([mu, mu]) == pytest.approx(np.sqrt(2.0) * mu)
    assert 3.0 < epsilon_of(together([mu, mu])) < 6.0
    assert delta_by_definition(epsilon_of(together([mu, mu])), together([mu, mu])) == pytest.approx(1e-6, rel=1e-3)


def test_a_sum_is_told_with_the_noise_of_its_share_on_a_grid_that_hides_its_last_bits() -> None:
    teller = Teller(0.5, np.random.default_rng(0).standard_normal)
    told = teller.tell(np.full(200_000, 7.0), 0.25)
    assert told.mean() == pytest.approx(7.0, abs=0.05)
    assert told.std() == pytest.approx(4.0, rel=0.01)
    steps = told * GRID / teller.deviation(0.25)
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-6)


def test_the_system_draws_normal_noise_that_never_comes_again() -> None:
    first, second = system_noise((400, 500)), system_noise((400, 500))
    assert first.shape == (400, 500)
    assert abs(first.mean()) < 0.01
    assert first.std() == pytest.approx(1.0, abs=0.01)
    assert np.abs(first).max() > 4.0
    assert not np.isin(first, second).any()
