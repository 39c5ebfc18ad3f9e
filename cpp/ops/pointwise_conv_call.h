// Convolutions with kernels of one tap are products of their pixels, which the plans of kernels/gemm cut and pack well
// for any number of channels. With a stride, the pixels that are used are first copied together.
#pragma once

#include "kernels/conv/conv.h"
#include "ops/gemm_call.h"
#include "ops/strided_copy.h"

namespace nnfit {

class PointwiseConv {
 public:
  // Whether this is for `p`. The input gradient of a stride is not: most of it is zeros, or biases.
  static bool suits(const ConvProblem& p) {
    const auto single = [](const ConvAxis& axis) { return axis.taps == 1 && axis.pad == 0; };
    return p.groups == 1 && single(p.h) && single(p.w) && !(p.pass == ConvPass::input_gradient && skips(p));
  }

  explicit PointwiseConv(const ConvProblem& p) : p_(p) {
    const std::int64_t pixels = p.images * p.h.out * p.w.out;
    if (p.pass == ConvPass::kernel_gradient)
      product_ = GemmProblem::of(p.ic, p.oc, pixels, true, false);
    else if (p.pass == ConvPass::forward)
      product_ = GemmProblem::of(pixels, p.oc, p.ic);
    else
      product_ = GemmProblem::of(pixels, p.ic, p.oc, false, true);
    product_.activation = p.activation;
  }

  template <class T>
  std::size_t scratch() const {
    return product_scratch<T>() + (skips(p_) ? static_cast<std::size_t>(used().size()) * sizeof(T) : 0);
  }

  template <class T>
  void run(const ConvOperands<T>& operands, std::byte* shared_scratch) const {
    const T* x = operands.x;
    if (skips(p_)) {
      T* const pixels = reinterpret_cast<T*>(shared_scratch + product_scratch<T>());
      const std::int64_t line = p_.w.in * p_.ic;
      const StridedView in_x{0, {p_.h.in * line, p_.h.stride * line, p_.w.stride * p_.ic, 1}};
      copy_strided(sizeof(T), used(), x, in_x, pixels, StridedView::row_major(used()));
      x = pixels;
    }
    const bool gradient = p_.pass == ConvPass::kernel_gradient;
    run_gemm<T>(product_,
                {x, gradient ? operands.dy : operands.kernel, operands.out, operands.bias, operands.gate,
                 operands.bias_gradient},
                shared_scratch);
  }

 private:
  static bool skips(const ConvProblem& p) { return p.h.in != p.h.out || p.w.in != p.w.out; }
  Shape used() const { return {p_.images, p_.h.out, p_.w.out, p_.ic}; }

  template <class T>
  std::size_t product_scratch() const {
    return (gemm_scratch<T>(product_) + 63) / 64 * 64;
  }

  ConvProblem p_;
  GemmProblem product_;
};

}  // namespace nnfit
